"""The phrases by which spoken English asks, answers itself and fills pauses: shared by segmentation, features and splitting."""

import re
from functools import lru_cache

WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
AUX = (
    r"(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|may|must|am|isn't|aren't|don't|doesn't|won't|wouldn't|"
    r"shouldn't|can't)"
)
DEGREE = (
    r"(?:many|much|often|long|large|big|fast|quickly|soon|far|old|fresh|deep|high|low|accurate|noisy|frequently|"
    r"bad|tall|wide|small|quick|"
    r"expensive|reliable|common|rare|diverse|dense|sparse)"
)
SUBJECT = r"(?:we|you|i|they|he|she|it|there|the|this|that|these|those|our|your|their|any|users?|people|all|a|an|each|every)"
ASKING = (
    rf"(?:{WH}(?:s|'s|'re)?\s+{AUX}\b|(?:what|who|how|where|when)(?:'s|'re|s)\b|how\s+{DEGREE}\b|"
    rf"(?:what|which)\s+[\w-]+(?:\s+[\w-]+)?\s+{AUX}\b|what\s+(?:about|kind|share|fraction|percentage)\b|"
    rf"(?:is|are|do|does|did|can|could|should|would|will|may|was|were|am)\s+{SUBJECT}\b|(?:have|has)\s+(?:we|you|"
    rf"they|users|people)\b|"
    r"(?:i'd|i\s+would)\s+(?:also\s+)?(?:like|love|need|want)\s+to\s+(?:know|understand|hear|ask)\b|"
    r"i\s+(?:also\s+)?(?:want|need|wanna)\s+to\s+(?:know|ask)\b|(?:please\s+)?tell\s+me\b|let\s+me\s+ask\b|"
    r"any\s+idea\b|talk\s+to\s+me\s+about\b|remind\s+me\b|"
    r"it\s+would\s+(?:help|be\s+\w+)\s+to\s+(?:know|understand)\b|i(?:'d|\s+would|'m|"
    r"\s+am)\s+(?:also\s+)?(?:be\s+)?(?:interested\s+in|curious|wondering)\b)"
)
OWN_VOICE = (
    r"(?:i'd|i\s+would|id|i'll|i\s+will|i\s+think|i\s+guess|i\s+believe|i\s+suppose|i'm|i\s+want|my\s+(?:guess|"
    r"plan|idea)|let\s+me|let's|probably|maybe\s+(?:i|we)|"
    r"then\s+(?:i|we)|we\s+(?:can|could|should|would))\b"
)
FILLERS = (
    r"(?:um+|uh+|er+|hm+|mm+|ah|so|ok|okay|well|and|but|also|oh|right|alright|now|then|yeah|yes|sure|great|cool|"
    r"thanks|thank\s+you|got\s+it|"
    r"basically|actually|like|you\s+know|i\s+mean|i\s+guess|first|firstly|second|secondly|third|next|lastly|finally|"
    r"plus|btw|by\s+the\s+way|sorry|"
    r"wait|just|hi|hello|hey|one\s+more|another\s+question|quick\s+question|next\s+question|question)"
)
_OPENERS_WORDS = """
um uh er hm hmm mm so ok okay well and but also oh right alright now then yeah yes sure great cool thanks basically
actually like first firstly second secondly third next finally plus btw sorry wait just hi hello hey question
another quick by the way one more thing
"""
OPENERS = frozenset(_OPENERS_WORDS.split())
# A question word after one of these is its complement ("it depends on how many ..."), not a new question.
_TAKES_CLAUSE_WORDS = """
know tell me wonder wondering ask asking see understand decide depends depend on about of in to by for with
from is are was be how what which when where why who if whether that clarify check find out say share give us
explain describe determine learn matters matter knowing sure whichever or than as not just only really your
the my a an our exactly roughly it you i we they do does did can could should would will has have may at over
under per via like into because since while unless until question curious interested decides shows likes think
believe assume assuming guess suppose mean measure measures and but so measured
"""
TAKES_CLAUSE = frozenset(_TAKES_CLAUSE_WORDS.split())

_LEADING_FILLER = re.compile(rf"^(?:{FILLERS}\b[\s,.:!–—-]*)+", re.IGNORECASE)
_SPELLING = (
    (re.compile(r"[’`´]"), "'"),
    (re.compile(r"？"), "?"),
    (re.compile(r"\bwhats\b"), "what's"),
    (re.compile(r"\bwat\b"), "what"),
    (re.compile(r"\bhows\b"), "how's"),
    (re.compile(r"\bu\b"), "you"),
    (re.compile(r"\bid\b(?=\s+(?:like|love|go|use|start|say|want|need|take|pick|choose|do))"), "i'd"),
    (re.compile(r"\bim\b"), "i'm"),
    (re.compile(r"\bdont\b"), "don't"),
    (re.compile(r"\bdoesnt\b"), "doesn't"),
    (re.compile(r"\bisnt\b"), "isn't"),
    (re.compile(r"\bcant\b"), "can't"),
    (re.compile(r"\b(?:um+|uh+|er+|hmm+)\b[\s,]*"), ""),
    (re.compile(r"\s+"), " "),
)


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Lower case, with usual contractions and spacing, without hesitation sounds; at most 600 characters."""
    text = text[:600].lower()
    for pattern, replacement in _SPELLING:
        text = pattern.sub(replacement, text)
    return text.strip()


@lru_cache(maxsize=1024)
def without_fillers(text: str) -> str:
    """`text` without the fillers that it opens with; unchanged if nothing else is in it."""
    rest = _LEADING_FILLER.sub("", text, count=1).strip()
    return rest or text.strip()


_OPENS_WH = re.compile(rf"(?:{WH}|{AUX})\b")
_OPENS_ASKING = re.compile(ASKING)


def asks(text: str) -> bool:
    """Whether a segment has the form of a question, punctuated or not."""
    core = without_fillers(plain(text))
    return core.endswith("?") or bool(_OPENS_ASKING.match(core))


_ASKED_FOR = re.compile(
    rf"^(?:[\w,']+ ){{0,2}}{WH}\b|"
    r"\b(?:whether|wonder\w*|curious|questions?|tell|know|hear|understand|hint|clue|help|nudge|pointers?|tips?|stuck|blank\w*|"
    r"feedback|grad(?:e|ed|ing)|rubric|instructions?|ignore|reveal|print|output|give|show|pretend|your|you(?:'d|'re)?|"
    r"interview|me|repeat|again|minutes|sure|missing|forg[eo]t\w*|idea)\b"
)


def declares(text: str) -> bool:
    """Whether a sentence was punctuated as told and holds no word by which people ask without a question's form."""
    core = plain(text)
    return core.endswith((".", ";")) and not asks(text) and not _ASKED_FOR.search(core)


_ANNOUNCES = re.compile(
    r"^(?:.{0,40}\b(?:questions?|clarifications?|first thing|to know|check|clarify|ask|find out|clear|"
    r"wonder(?:ing)?)\b(?:\s+(?:is|would be|are))?"
    r"(?:\s+(?:about|on|regarding|around|for|duplicates)?.{0,40})?|before i.{0,40}|let's talk about .{0,30}|"
    r"you (?:mentioned|said) .{0,40})\W*$"
)


def announces(text: str) -> bool:
    """Whether a short clause only says that a question is coming ("one thing about the feed:")."""
    core = without_fillers(plain(text))
    return len(core.split()) <= 12 and not _OPENS_WH.match(core) and not core.endswith("?") and bool(_ANNOUNCES.match(core))


_COUNTED = re.compile(
    r"\b(?:point|reason|step|part|option|item|thing|idea|issue)\s+(?:number\s+)?(?:\d+|one|two|three|four|five|six)\b|"
    r"\b(?:first|second|third|fourth|fifth|next|another|other)\s+(?:point|reason|step|part|option|item|thing|idea|issue|one)\b",
    re.IGNORECASE,
)


def counts_off(text: str) -> bool:
    """Whether `text` numbers what was just said, as in 'that is my second point': more may come."""
    return bool(_COUNTED.search(text))
