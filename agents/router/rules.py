"""Segments that need no statistics: bare acknowledgements, pauses, and requests for what is hidden."""

import re

from agents.router.labels import Label
from agents.router.phrases import plain

MAX_CHARACTERS = 300

_ACK = (
    r"(?:ok(?:ay)?|sure|yes|yep|yeah|no|nope|right|alright|all right|thanks?(?: you)?(?: (?:very|so) much|"
    r" a lot)?|cool|great|perfect|got it|i see|gotcha|"
    r"fair(?: enough| point)?|(?:that's |that is )?(?:a )?(?:good|great) (?:point|question|to know)|sounds good|"
    r"understood|noted|interesting|nice|"
    r"(?:that |this |it )?makes sense(?: to me)?|(?:that's |that is )?(?:very )?(?:helpful|good|clear|fine)|"
    r"that helps|awesome|excellent|oh|so|well|and|ok so|"
    r"for (?:that|the (?:answer|clarification|info\w*)|clarifying))"
)
_REVEALED = (
    r"(?:rubrics?|system prompt|prompt|(?:hidden |initial |your |previous |above )*instructions?|fact ?sheet|"
    r"answer key|(?:reference|model|ideal|sample) (?:answer|solution)|scorecard|grading criteria|"
    r"hidden concepts?|hint ladder)"
)
_GO = r"(?:(?:i think|i believe|i guess|ok(?:ay)?|alright|right|and|so|well|no|yes|yeah|with that|then)[\s,]+)*"
_ENDS = (
    rf"{_GO}(?:(?:that(?:'s| is| was| would be| will be| concludes| covers| wraps up)|this (?:is|was|concludes|"
    rf"would be)|it's)\s+(?:it|all|everything|about it|about all|the end|"
    r"(?:all|everything) (?:i have|i had|i've got|i wanted to (?:say|cover))|(?:the end of )?my (?:whole |"
    r"complete |final |full |entire )*(?:design|answer|solution|proposal|presentation))"
    r"|(?:i'm|i am|we're|we are) (?:all )?(?:done|finished)(?: (?:now|here|with (?:everything|my (?:design|"
    r"answer|solution)|the interview|this interview)))?"
    r"|(?:i've|i have) (?:got )?(?:nothing|no more|no further)(?: (?:more|else|further|left|questions|points|"
    r"to (?:add|say)|and|or))*|nothing (?:else|more|further)(?: to (?:add|say))?"
    r"|(?:let's|let us|we can|i(?:'d like to| want to| would like to)|please)? ?(?:end|stop|finish|quit|close|"
    r"wrap up)(?: (?:the|this) (?:interview|session)| it)?(?: (?:here|now|there))?)"
    r"(?:[\s,]*(?:from (?:me|my (?:side|end))|for (?:me|today|now)|i (?:have|had|think|guess|believe)|"
    r"thanks?(?: you)?(?: (?:very|so) much| for .{0,25})?|please|really|then|too|on my (?:side|end)))*[\s.!]*"
)
_MAY = (
    r"(?:(?:ok(?:ay)?|so|and|now|sorry)[\s,]+)*(?:(?:can|may|could|should|shall|must) (?:i|we)|(?:do|"
    r"would) you (?:want|like|mind if|prefer)(?: that)?(?: me to| i| if i| we| us to)?|"
    r"am i (?:allowed|supposed|free) to|is it (?:ok(?:ay)?|fine|alright|possible|allowed) (?:if i|if we|to|"
    r"when i)|i'd like to|let's|let us|i want to|do i (?:have|need) to)"
)
_CONDUCT = (
    r"(?:(?:take|make|use|write|look at) (?:some |a few |my )?notes|(?:draw|sketch)(?: (?:a|the|it|this|that|"
    r"something|on|out|here|my|some|boxes)\b.*)?|use (?:the |a |an |my )?(?:white ?board|board|pen|paper|"
    r"calculator|diagram)\b.*|"
    r"share (?:my |the )?screen|write (?:some |real |any |the )?(?:pseudo ?)?code|go on|continue|carry on|"
    r"keep going|proceed|(?:move|go|jump|switch|skip) (?:on|back|over|ahead|forward|to (?:the )?(?:next|"
    r"deep dive|evaluation|metrics|features|modell?ing|design|data))\b.*|"
    r"(?:start|begin)(?: now| with (?:the )?(?:requirements|clarif\w+|some questions|questions|"
    r"a few questions))?|ask (?:you )?(?:some |a few |any |clarifying |more )*questions\b.*|pause\b.*|"
    r"elaborate\b.*|expand\b.*|"
    r"(?:go|dig|dive) (?:in ?to more|deeper|into detail|into more)\b.*|come back to (?:that|this|it|the)\b.*|"
    r"think (?:aloud|out loud)|skip (?:this|that|the)\b.*)"
)
_WISH = (
    r"(?:(?:i'd|i would|i|we'd) (?:like|love|want) to (?:understand|know|hear|learn)"
    r"|(?:it'd|it would|would) be (?:good|useful|helpful|nice|great) to (?:know|hear|understand|learn)"
    r"|(?:please )?(?:walk|talk|take) me through|tell me (?:more |a bit )?about"
    r"|(?:i wonder|i(?:'m| am| was) (?:wondering|curious)) (?:whether|if|how|what|who|which|about)"
    r"|i(?:'m| am) trying to (?:picture|gauge|understand)|help me (?:understand|picture)|give me (?:a sense|an idea|a feel)"
    r"|i (?:still )?need (?:a (?:sense|feeling|feel|picture|rough idea)|to (?:know|understand|hear)))\b"
)
_OPINION = (
    r"\b(?:you(?:'d| would)|would you|your (?:opinion|view|take|advice|thoughts|preference)|is best|the best|"
    r"right (?:approach|choice|answer)|approach|rubric|hints?|instructions?|interview|candidates? (?:say|do|answer)|everything|"
    r"my (?:design|answer|approach|model|network|system))\b"
)
_PATTERNS: tuple[tuple[Label, str], ...] = (
    ("filler", rf"(?:{_ACK}[\s,.!]*)+"),
    (
        "thinking",
        (
            r"(?:(?:ok(?:ay)?|so|well|um+|uh+|hmm*|uhm|er+|wait|hold on|one (?:sec(?:ond)?|moment|minute)|"
            r"just a (?:sec(?:ond)?|moment|minute)|let me (?:think|see)|thinking|please)[\s,.!…]*)+"
        ),
    ),
    ("finished", _ENDS),
    # What the interviewer would do is never a fact; "would you mind", "would you repeat" ask for something else.
    (
        "hint_request",
        (
            rf"{_GO}(?:(?:or|also|but)[\s,]+)*(?:how |what |which (?:one )?|when |why )?would you (?!mind|like|want|"
            rf"repeat|say|tell|"
            r"share|be able|rephrase|please|clarify|explain|stop|prefer|describe|give|read|restate|start with a|let)\w+\b.*"
        ),
    ),
    (
        "repeat",
        (
            r"(?:(?:and|so|sorry|wait|hm+|ok)[\s,]+)*(?:what|which|when|who|how (?:many|much|long|often|big)(?: \w+)?) "
            r"(?:(?:was|were|is|are)\b(?! it worth).{0,60}\bagain|(?:did|do) you (?:just )?(?:say|mention)\b.{0,40})\W*"
        ),
    ),
    ("statement", r"(?:(?:so|and|now)[\s,]+)*(?:what|who|which|where|why|how)\b[^?]{3,60},\s*well,\s.*"),
    ("filler", r"(?:well[\s,]*)?(?:i (?:guess|suppose|assume|take it|think|imagine)|probably|presumably) (?:not|so|no|yes)\W*"),
    ("filler", r"(?:(?:just|only|merely|purely|out of|i'm|i am|was|asking|for)[\s,]*)+(?:curious|curiosity|context|interest)\W*"),
    ("process", rf"{_MAY} {_CONDUCT}\W*"),
    (
        "process",
        (
            r"(?:(?:so|and|ok|hi)[\s,]+)*how (?:does|will|do|is|are|should) (?:this|the|we|it)(?: (?:whole |"
            r"kind of )?(?:thing|interview|session|conversation|format))?(?: going to| gonna)? (?:work|run|go|proceed|"
            r"structured|do this)(?: here)?\W*"
        ),
    ),
    (
        "statement",
        (
            r"(?:so )?(?:what|where|how|whether) (?:i'd|i would|we'd|matters?|we need|we want|it comes down|i do|"
            r"i like)\b[^?]*\b(?:is|are|depends|decides|was|by)\b[^?]*|what(?:'s| is) (?:important|key|crucial|needed|"
            r"nice|critical)\b[^?]*\b(?:is|are)\b[^?]*"
        ),
    ),
    (
        "hint_request",
        (
            r"(?:please |just |can you |could you |now )*(?:tell|give|show|write) me (?:the|a|an|some|your) (?:(?:right|"
            r"full|best|correct|whole|small|little|good) )*(?:answer|solution|hint|clue|tip|nudge|pointer|advice)s?\b.*"
        ),
    ),
    (
        "hint_request",
        (
            r"(?:sorry[\s,]*|ok[\s,]*|hmm[\s,]*)*(?:i'm|i am) (?:a bit |totally |really |completely |kind of )*(?:stuck|"
            r"lost(?! with the| on the question)|blocked|blanking|drawing a blank)\b.*"
        ),
    ),
    (
        "repeat",
        (
            r"(?:sorry[\s,]*)?(?:pardon(?: me)?|come again|say (?:that )?again|what was that|excuse me|"
            r"repeat(?: that)?(?: please)?|once more(?: please)?)\s*\??"
        ),
    ),
    (
        "greeting",
        r"(?:(?:yo|hi+|hello|hey|heya|hiya|howdy|sup|morning|good (?:morning|afternoon|evening|day))(?: there)?[\s,.!]*)+",
    ),
    (
        "time",
        (
            r"(?:(?:so|and|sorry|ok)[\s,]+)*how many (?:more )?minutes (?:remain|are (?:left|there)|left|(?:have|do|"
            r"did) (?:i|we))\b.*"
        ),
    ),
    (
        "time",
        (
            r"(?:(?:so|and|by the way|sorry|ok)[\s,]+)*(?:how (?:much time|many minutes|much longer|long) (?:do|have|is|"
            r"are|did) (?:we|i|there)?\s*(?:still |got |have |left)*(?:remaining)?|"
            r"(?:what(?:'s| is) the |any |quick |a )*(?:time (?:check|left|remaining)|remaining time)(?: please)?|"
            r"what time is it(?: now)?|(?:how (?:much|many) )?(?:time|minutes) (?:is |are |do we have )?(?:left|"
            r"remaining?)|how (?:much )?time (?:is )?left)\W*"
        ),
    ),
    (
        "hint_request",
        (
            rf".*\b(?:show|print|reveal|output|dump|tell|give|see|share|display|read|repeat|full marks|what(?:'s| is|"
            rf" are| does)|according to|leak|paste|quote|in)\b.{{0,40}}\b{_REVEALED}\b.*"
        ),
    ),
    (
        "hint_request",
        (
            r".*\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instructions?|rules|prompt|role|guidelines|"
            r"everything|previous|above)\b.*"
        ),
    ),
    (
        "hint_request",
        (
            r".*\b(?:list|enumerate|name|show|give me|what are|which)\b.{0,15}\b(?:all |every )?(?:the |"
            r"your )?(?:topics?|facts|(?:clarifying )?questions)\b(?!.{0,30}\b(?:users?|people|customers?)\b).*"
        ),
    ),
    (
        "hint_request",
        r".*\bwhat\b.{0,20}\b(?:should|could|else should|can|must) (?:i|we) (?:be )?(?:ask\w*|know|consider|cover)\b.*",
    ),
    # Asking to be told about the situation, without a question mark; what the interviewer would do is another matter.
    ("question", rf"{_GO}{_WISH}(?!.*{_OPINION}).*"),
    ("question", rf"{_GO}how (?:many|much|often|fast|quickly|big|large|old|fresh|skewed)\b(?!.*{_OPINION}).*"),
)
_RULES = tuple((label, re.compile(pattern)) for label, pattern in _PATTERNS)


def certain(text: str) -> Label | None:
    """What a segment is for certain; None where judgement is needed."""
    said = plain(text[:MAX_CHARACTERS])
    hesitation = re.fullmatch(r"(?:um+|uh+|er+|hm+|uhm)[\s.,…!]*", text.strip().lower())
    if hesitation:
        return "thinking"
    return next((label for label, pattern in _RULES if pattern.fullmatch(said) and not (label == "filler" and "?" in said)), None)
