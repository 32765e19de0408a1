"""Tells what is never answered from the sheet: opinions, the rubric, the instructions, requests for everything."""

import re
from typing import Literal

from agents.encoder import normalise

Screened = Literal["not_a_fact", "which_part"]

_ALL = r"(?:everything|all|every|each|whole|entire|complete|full)"
_HELD = r"(?:facts?|notes?|sentences?|topics?|sheet|stored|information|info|knowledge|entries|items you)"
_TELL = (
    r"(?:tell|give|list|show|print|output|dump|reveal|recite|read|share|disclose|enumerate|paste|repeat|name|"
    r"write|display|return|summari[sz]e|spell|hand|copy|leak|expose|quote|brief|walk)"
)
_DESIGN = (
    r"(?:use|pick|choose|go|prefer|recommend|suggest|build|train|run|solve|start|begin|select|apply|design|do|"
    r"try|cluster|model|optimi[sz]e|approach|handle|"
    r"consider|favou?r|advise|opt|weight|weigh|set|tune|rank|deploy|measure|evaluate|add|include|take|put|"
    r"frame|implement|split|tackle|lean|rather)"
)

_LEAD = r"(?:(?:and|so|ok|okay|well|then|but|right|now)\W+)*"
_REACH = r"(?:contact|reach|pay|get (?:in|to|hold)|call|find|send)\b"

_NOT_A_FACT = re.compile(
    "|".join(
        (
            rf"\b(?:would|should|could) you (?:\w+ )?(?:{_DESIGN})\b(?! you\b)",
            r"\b(?:what|which)\b.{0,60}\bwould (?:you|(?:worry|concern|bother|convince|impress|satisfy|surprise) you)\b",
            (
                rf"^{_LEAD}would you (?!(?:please|kindly|mind|say|call|describe|rate|know|happen|be able|have|like|need|tell|"
                r"give|share|explain|clarify|confirm|let|show|walk|remind|repeat|elaborate)\b)"
            ),
            (
                r"(?:^|[,;:.!?]) ?(?:and |so )?(?:how does (?:that|this|it) sound|(?:are you )?(?:happy|fine|ok|okay|"
                r"comfortable) with (?:that|this|it)|don't you|do you agree|does (?:that|this|it) (?:make sense|sound \w+)|"
                r"is (?:that|this) (?:ok|okay|fine|all right|alright|reasonable|sensible|acceptable))"
                r"(?: (?:with|for|to) you)?\W*$"
            ),
            rf"\b(?:best|right|smartest|cleverest|safest|ideal) way to (?!{_REACH})",
            r"</?(?:candidate|system|user|assistant|instructions?|interviewer)\b",
            r"\b(?:evaluation|assessment) (?:criteria|form|sheet)\b",
            r"\b(?:right|best|wrong|correct) (?:thing|tool|method|loss|metric)\b.{0,30}\b(?:for|to|here)\b",
            rf"^{_LEAD}should i\b.*\bor\b",
            rf"^{_LEAD}should (?:i|we) go\b|^{_LEAD}should [\w ]{{1,30}} be (?:an?|part|in|treated|framed|modell?ed)\b.*\bor\b",
            (
                r"\b(?:in|what(?:'s| is)|share) your (?:opinion|view|take|recommendation|preference|advice|experience|gut|"
                r"judg\w+|place|position|shoes)\b|\bin my (?:place|position|shoes)\b"
            ),
            (
                r"\b(?:do|don't|did|would) you (?:\w+ )?(?:think|feel (?:that|this|like (?:we|i|it)|we|i|it|the)|"
                r"believe|agree|recommend|prefer|suggest|like|favou?r|"
                r"reckon)\b(?! we (?:have|get|see)\b)"
            ),
            (
                r"\bwhat do you (?:think|suggest|recommend|prefer|make of)\b|\byour (?:thoughts|preferred|favou?rite|"
                r"recommendation)\b|\bhow would you (?!describe (?:it|them|your|the)\b|rate\b)|\bwhat would you\b"
            ),
            (
                r"\bdo you think\b|,? (?:right|sound good|make sense) to you\b|\bsounds? (?:like )?(?:the |a )?(?:right|"
                r"good|reasonable|sensible|ok|fine)\b"
            ),
            (
                r"\b(?:right|best|correct|better|good|sensible|reasonable|wise|smart|proper|appropriate|bad|wrong|optimal|"
                r"ideal|overkill)\b.{0,15}\b(?:approach|idea|choice|way to go|starting point|strategy|architecture|design|"
                r"model|call|direction|move|track|path|plan|algorithm|technique)\b"
            ),
            (
                r"\b(?:is|are|was) it (?:sensible|reasonable|wise|smart|better|best|ok|okay|worth\w*|a mistake|overkill|"
                r"fair|enough) (?:to|if)\b|\bam i (?:right|on the right|correct|wrong|missing|doing|heading|close)\b|"
                r"\bworth (?:the (?:trouble|effort)|it|doing|trying|adding)\b"
            ),
            (
                r"\bis (?:my|this|that|the) (?:approach|design|idea|plan|solution|model|answer|"
                r"architecture)\b.{0,20}\b(?:right|good|ok\w*|correct|fine|sound|reasonable|enough)\b"
            ),
            (
                r"\bshould (?:i|we) (?:use|pick|choose|prefer|go with|go for|start with|train|build|model|optimi[sz]e|"
                r"fine[- ]?tune|treat this as|frame)\b|\bwhich (?:model|approach|algorithm|architecture|loss|metric|"
                r"technique|method) (?:should|is (?:best|better)|works|would)\b"
            ),
            (
                r"\b(?:rubric|grading|graded|grader|graders|scoring (?:rubric|criteria|guide)|scorecard|score well|"
                r"top mark|full marks|most points|points (?:are|on|do|will|i)\b.{0,30}\bscor\w+|scored on|marking|"
                r"mark scheme|evaluat(?:e|ed|ing) me|evaluator|assess(?:ed|ing)? me|good score|high(?:er)? score|"
                r"pass this interview)\b"
            ),
            (
                r"\b(?:reference|model|ideal|expected|official|sample|correct) (?:answer|solution|response)\b|"
                r"\bhidden (?:solution|concepts?|instructions?|facts?|prompt|fact sheet|notes)\b"
            ),
            (
                r"\b(?:system prompt|your (?:prompt|instructions|guidelines|rules|directives|configuration|notes|sheet|"
                r"fact sheet|facts)|the (?:prompt|instructions) you|prompt you were|developer mode|debug mode|jailbreak|"
                r"admin(?:istrator)? mode)\b"
            ),
            (
                r"\b(?:ignore|disregard|forget|override|bypass|drop|set aside)\b.{0,30}\b(?:instructions?|rules?|guidance|"
                r"prompts?|restrictions?|guidelines|policy|policies|above|told|limits?)\b"
            ),
            (
                r"\b(?:you are now|from now on|pretend (?:that |to |you)|act as|role-?play|as (?:the|an|"
                r"your) (?:administrator|admin|developer|operator|system)|system:|</?\w+>|\[/?(?:inst|system)\])"
            ),
            (
                r"\bwhat\b.{0,50}\b(?:i|me|candidates?)\b.{0,30}\b(?:ask|asking|asked|mention|say|bring up)\b|"
                r"\bquestions?\b.{0,40}\b(?:i|me|candidates?)\b.{0,30}\b(?:ask|asking|asked|expected)\b|\b(?:should|ought|"
                r"supposed|expected) (?:i |to )?(?:to )?(?:be )?(?:ask|asking|asked|mention)\b"
            ),
            (
                rf"\b(?:{_TELL})\b.{{0,30}}\b{_ALL}\b.{{0,20}}\b{_HELD}\b|\b{_ALL}\b.{{0,12}}\b(?:your|stored|"
                rf"hidden) {_HELD}\b|\b(?:what|which) (?:facts|topics|entries|sentences)\b.{{0,25}}\b(?:you|sheet|stored)\b|"
                rf"\bfact sheet\b|\btable of contents\b|\bwhat (?:can|are) you (?:able to )?(?:answer|tell me)\b"
            ),
            (
                r"\b(?:verbatim|word for word|yaml|json|bullet points?|numbered list)\b.{0,40}\b(?:facts?|sheet|stored|"
                r"topics?|everything|prompt)\b|\b(?:facts?|sheet|stored|everything|prompt|topics?)\b.{0,40}\b(?:verbatim|"
                r"word for word|yaml|json|bullet points?|numbered list)\b"
            ),
            (
                r"\b(?:give|drop|offer|need|want|got|have)\b.{0,15}\b(?:hints?|clues?)\b|\bwhat am i missing\b|\b(?:spoil|"
                r"the solution)\b"
            ),
        )
    )
)
_WHICH_PART = re.compile(
    "|".join(
        (
            (
                r"\b(?:everything|all) (?:(?:that )?(?:you (?:know|have|can|could|got)|there is|about|on)|of it(?=\W*$)|else)\b|"
                r"\babsolutely everything\b|\bthe whole lot\b|\beverything,? please\b|"
                r"\b(?:know|need|want)\W+everything\b|\beverything\W*$"
            ),
            (
                r"\ball (?:the |of the |your |available |relevant )?(?:background|details|numbers|information|info|facts|"
                r"context|data) (?:and [a-z]+ )?(?:you (?:have|know|got)|in one|at once|available|about (?:it|this)|"
                r"on this|up front)\b|\ball (?:the )?(?:background|information|details|facts)\b"
            ),
            (
                r"\b(?:complete|whole|full|entire|big) (?:picture|story|thing|situation|overview|rundown|context|"
                r"brief(?:ing)?|background)\b|\ball the (?:numbers|figures|facts)\b|\beverything about\b|\bin one go\b|"
                r"\bdump\b.{0,20}\b(?:all|everything|information|info)\b"
            ),
            (
                r"^(?:tell me|talk|say) (?:more|something|a bit|a little|anything)(?: more)?(?: about (?:it|this|that|"
                r"the (?:system|problem|product|situation|project)))?\W*$|^what (?:else )?(?:do|can) you (?:know|"
                r"tell me)(?: about (?:it|this|the (?:system|problem|product)))?\W*$|^(?:anything|"
                r"what) else(?: i should know)?\W*$"
            ),
        )
    )
)
_WHITE = re.compile(r"\s+")


def screen(question: str) -> Screened | None:
    """What a question is instead of a question of fact; None if it may be one."""
    plain = _WHITE.sub(" ", normalise(question).lower())
    if _NOT_A_FACT.search(plain):
        return "not_a_fact"
    if _WHICH_PART.search(plain):
        return "which_part"
    return None
