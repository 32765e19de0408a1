"""Takes a spoken question apart: strips the lead-in, splits enumerations, and gives each part as a question of its own."""

import re

from agents.router.phrases import ASKING, AUX, WH, without_fillers

MAX_PARTS = 8

_LEAD = re.compile(
    r"^(?:(?:i|we)(?:'d|\s+would)?\s+(?:also\s+|just\s+|really\s+|first\s+)?(?:like|love|want|need|"
    r"wanna)\s+(?:to\s+)?(?:know|understand|hear|ask|clarify|find\s+out|learn|check)"
    r"(?:\s+(?:you|more|first|also|something|a\s+bit))*(?:\s+about)?|"
    r"(?:i|we)(?:'d|\s+would)?\s+(?:like|need|want)\s+(?:some\s+|more\s+)?(?:info(?:rmation)?|details|numbers|"
    r"clarity)\s+(?:on|about|regarding)|"
    r"i\s+would\s+be\s+interested\s+in|i'm\s+(?:also\s+)?(?:wondering|curious|interested)\s*(?:about|in|"
    r"to\s+know)?|i\s+am\s+(?:also\s+)?(?:wondering|curious|interested)\s*(?:about|in)?|"
    r"i\s+(?:just\s+)?wonder(?:ed)?|(?:one\s+thing\s+)?i\s+(?:keep\s+)?ask(?:ing)?\s+myself|"
    r"(?:please\s+|could\s+you\s+|can\s+you\s+|would\s+you\s+|could\s+u\s+|can\s+u\s+)+(?:please\s+)?(?:tell|"
    r"give|share|let)(?:\s+(?:me|us|with\s+me|with\s+us))?(?:\s+know)?"
    r"(?:\s+(?:some\s+)?(?:numbers|details|info(?:rmation)?|a\s+(?:sense|idea|number|figure))\s+(?:on|of|for|about|regarding))?|"
    r"(?:please\s+)?let\s+me\s+(?:first\s+|also\s+)?(?:ask|know|check|clarify)(?:\s+(?:you|me))?(?:\s+about)?|"
    r"let's\s+talk\s+about|(?:may|can|could)\s+i\s+(?:ask|know|get|clarify)(?:\s+you)?(?:\s+about)?|"
    r"tell\s+me(?=\s+(?:what|which|how|who|when|where|whether|if)\b)|do\s+you\s+know(?=\s+(?:what|which|how|who|"
    r"when|where|whether|if)\b)|"
    r"it\s+would\s+(?:help|be\s+(?:good|great|helpful|useful|nice))\s+to\s+(?:know|understand)|remind\s+me[,:]?|"
    r"any\s+idea(?:\s+(?:of|on|about))?|"
    r"(?:my\s+)?(?:first|next|other|main|last|another|one\s+more)?\s*question\s+(?:is|would\s+be)?\s*(?:about|"
    r"around|regarding|on)?|i\s+have\s+(?:a|one|another)\s+question\s+(?:about|on|regarding)?|"
    r"just\s+to\s+(?:be\s+clear|clarify|confirm))\b[\s,:–—-]*",
    re.IGNORECASE,
)
_BARE_NOUN = re.compile(
    rf"^(?!(?:{WH}|{AUX}|if|whether|tell|explain|describe|give|show|walk|help|i|we|you|there|it)\b)", re.IGNORECASE
)
_COMMA = r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+"
_ITEM = r"[\w'%/-]+(?:\s+[\w'%/-]+){0,4}?"
_TAIL = (
    r"(?:(?:\s+(?:per|do|are|does|is|did|have|has|were|can|will|we|there|every|each|in|on|at|get|exist|arrive|"
    r"come|a\s+(?:day|week|month|second|minute|year)|"
    r"daily|weekly|overall|today|currently|in\s+total|for)\b[^,]*)?)"
)
_HOW_MANY = re.compile(
    rf"^(?P<head>how\s+(?:many|much))\s+(?P<items>{_ITEM}(?:(?:{_COMMA}){_ITEM})+)(?P<tail>{_TAIL})$", re.IGNORECASE
)
_NUMBER_OF = re.compile(
    (
        rf"^(?P<head>.*\b(?:the\s+)?(?:number|numbers|count|volume|amount|size|counts|stats|figures)\s+(?:of|"
        rf"for)\s+)(?P<items>{_ITEM}(?:(?:{_COMMA}){_ITEM})+)(?P<tail>{_TAIL})$"
    ),
    re.IGNORECASE,
)
_WHAT_IS = re.compile(
    (
        r"^(?P<head>(?:what|who)(?:'s|s|'re|\s+is|\s+are|\s+was|\s+were|\s+about)|(?:what|which)\s+would\s+be|"
        r"tell\s+me\s+about|how\s+about)\s+(?P<rest>.+)$"
    ),
    re.IGNORECASE,
)
_TWO_WH = re.compile(
    rf"^(?P<head>which|what)\s+(?P<one>[\w-]+)\s+(?P<tail>{AUX}\b.*?),?\s+and\s+(?:which|what)\s+(?P<two>[\w-]+)$", re.IGNORECASE
)
_TWO_LEVELS = re.compile(r"^(?P<head>.*)\b(?P<one>p\d+)\s+and\s+(?P<two>p\d+)\s+(?P<tail>.+)$", re.IGNORECASE)
_DETERMINED = re.compile(
    r"^(?:the|our|your|their|any|its|a|an|all|total|average|peak|current|expected|typical|max\w*)\b", re.IGNORECASE
)
_QUALIFIES = re.compile(
    r"^(?:like|such\s+as|e\.?g\b|for|in|per|at|on|by|with|within|to|from|the\s+same|roughly|about|approximately|well|"
    r"end\s+to\s+end|say)\b",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\s*,\s*(?:do\s+(?:we|you)\s+(?:even\s+)?know(?:\s+(?:that|this|it))?|is\s+(?:it|that)\s+known|(?:the\s+)?same|"
    r"roughly|if\s+any)$",
    re.IGNORECASE,
)
_IF_SO = re.compile(r"^(?:and\s+)?if\s+(?:so|yes|not|we\s+do|it\s+is|they\s+do|there\s+(?:is|are))\b[\s,]*", re.IGNORECASE)
_WHETHER = re.compile(r"\s*,\s*(?:and\s+)?(?:also\s+)?(?:whether|if)\s+", re.IGNORECASE)
_VERBAL = re.compile(rf"\b(?:{AUX}|we|you|i|they|it|because|so|if|which|that|who)\b", re.IGNORECASE)


def split_questions(text: str) -> tuple[str, ...]:
    """The questions in one question-like segment, in the order asked; at least one for any text with a word in it."""
    core, asked = _tidy(text)
    if not core:
        return ()
    parts = _enumerated(core)[:MAX_PARTS]
    return tuple(_finish(part, asked) for part in parts)


def _tidy(text: str) -> tuple[str, bool]:
    """The question without filler and lead-in; and whether it can stand as a question, else it is a request."""
    core = without_fillers(" ".join(text.split())).strip(" \t,;:.?!？。-–—\"'()")
    if not core:
        core = text.strip(" ?!.,")
    core = _IF_SO.sub("", _KNOWN.sub("", core)).strip(" ,") or core
    lead = _LEAD.match(core)
    stripped = without_fillers(_LEAD.sub("", core, count=1)).strip(" ,:")
    if stripped and stripped != core:
        core = re.sub(r"^(?:whether|if)\s+", "", stripped, flags=re.IGNORECASE)
        if _BARE_NOUN.match(core) and not re.search(rf"^{ASKING}", core, re.IGNORECASE):
            about = re.search(r"\b(?:about|regarding|on)\W*$", lead[0], re.IGNORECASE) if lead else None
            core = f"tell me about {core}" if about or _VERBAL.search(core) else f"what {_be(core)} {core}"
    request = re.match(r"(?:please\s+)?(?:tell|explain|describe|give|show|walk|help|talk)\b", core, re.IGNORECASE)
    return core, not request


def _be(noun: str) -> str:
    words = re.split(r"\s+(?:of|for|in|on|per|at|we|by|from)\b", noun)[0].split()
    return "are" if words and re.search(r"(?<![su])s$", words[-1]) and words[-1].lower() not in {"qps", "latencies'"} else "is"


def _enumerated(core: str) -> list[str]:
    clauses = _WHETHER.split(core)
    if (
        len(clauses) > 1
        and re.match(r"(?:the|we|you|they|there|it|[a-z]+s)\b(?!\s*,)", core, re.IGNORECASE)
        and not re.match(rf"{WH}\b", core, re.IGNORECASE)
    ):
        return clauses
    for pattern in (_HOW_MANY, _NUMBER_OF):
        found = pattern.match(core)
        items = [item for item in re.split(_COMMA, found["items"]) if item] if found else []
        if any(_QUALIFIES.match(item) for item in items[1:]):
            return [core]
        if found and not _VERBAL.search(found["items"]) and not any(_DETERMINED.match(item) for item in items[1:]):
            if any(re.search(r"\bper\b", item) for item in items):  # each item has a period of its own
                return [f"{found['head'].strip()} {item.strip()}" for item in [*items[:-1], items[-1] + found["tail"]]]
            return [f"{found['head'].strip()} {item.strip()}{found['tail']}" for item in items]
    pair = _TWO_WH.match(core) or _TWO_LEVELS.match(core)
    if pair:
        return [f"{pair['head'].strip()} {pair[item]} {pair['tail']}" for item in ("one", "two")]
    found = _WHAT_IS.match(core)
    if found:
        items = _nouns(found["rest"])
        return [f"{found['head']} {item}" for item in items]
    items = [item for item in re.split(r"\s*,\s*(?:and\s+)?", core) if item]
    if len(items) > 2 and all(len(item.split()) <= 4 and not _VERBAL.search(item) for item in items):
        return items
    return [core]


def _nouns(rest: str) -> list[str]:
    """The noun phrases of a list; "clicks and views" stays whole, "the rate and the volume" does not."""
    items = [item.strip() for item in re.split(_COMMA, rest) if item.strip()]
    short = all(len(item.split()) <= 7 and not _VERBAL.search(item) for item in items)
    determined = all(_DETERMINED.match(item) for item in items)
    related = re.search(r"\b(?:between|or|both|versus|vs)\b", rest, re.IGNORECASE)
    if any(_QUALIFIES.match(item) for item in items[1:]):
        return [rest]
    if len(items) > 1 and not related and (determined or (short and "," in rest)):
        return items
    return [rest]


def _finish(part: str, asked: bool) -> str:
    part = part.strip(" ,;:.?!？。")
    return f"{part}?" if asked else f"{part}."
