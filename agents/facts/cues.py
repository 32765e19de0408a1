"""What kind of thing a question asks for, and what kinds a sentence states: quantities, times, people, places."""

import re
from collections.abc import Mapping
from functools import lru_cache

from agents.encoder import normalise, stem, words

_DURATION = (
    r"(?:ms|milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|night|"
    r"overnight|nightly|daily|weekly|monthly|yearly|annually)"
)
_MONEY = r"(?:[$€£¥]|\b(?:dollars?|cents?|euros?|pounds?|usd|eur|gbp)\b)"
_NUMBER = (
    r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|"
    r"billion|half|third|quarter|once|twice|none|zero)\b)"
)

ASKS: Mapping[str, re.Pattern[str]] = {
    "count": re.compile(
        r"\bhow (?:many|much|large|big|small|wide|tall|heavy|far|high)\b|\bhow (?:\w+ )?(?:many|much)\b|"
        r"\b(?:number|amount|count|volume|size|scale|qps|rps|dau|mau|throughput|traffic|load|quantity|total|"
        r"capacity)\b"
    ),
    "duration": re.compile(
        r"\bhow (?:long|fast|quick|quickly|soon|old|fresh|late|often|frequent|frequently|slow|far back|"
        r"up to date)\b|\bwhen\b|\b(?:latency|delay|deadline|duration|budget in ms|response time|freshness|lag|sla|"
        r"frequency|retention|history|cadence|turnaround|age|time)\b|"
        r"\bwhat (?:time|date|year|day|month)\b|\bmilliseconds?\b|\bms\b"
    ),
    "share": re.compile(
        r"\b(?:percent(?:age)?|share|fraction|proportion|ratio|rate|rates|accuracy|precision|recall|prevalence|"
        r"imbalanced?|balance|skew|split|likely|probability|chance|how (?:rare|common|accurate|reliable|noisy|"
        r"often))\b"
    ),
    "money": re.compile(
        r"\b(?:cost|costs|price|prices|pay|paid|revenue|money|budget|fee|fees|dollars?|expensive|charge|spend|"
        r"worth|salary|value)\b|[$€£]"
    ),
    "person": re.compile(r"\b(?:who|whom|whose)\b|\bby whom\b"),
    "place": re.compile(
        r"\b(?:where|which (?:countr\w+|region\w*|cit\w+|market\w*|place\w*)|what (?:countr\w+|region\w*|cit\w+|market\w*))\b"
    ),
    "reason": re.compile(r"\bwhy\b|\bwhat (?:caused|causes)\b|\breason\b"),
}
STATES: Mapping[str, re.Pattern[str]] = {
    "count": re.compile(_NUMBER),
    "duration": re.compile(
        rf"\b{_DURATION}\b|\b(?:1[5-9]|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|"
        rf"october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|real time|immediately|"
        rf"instantly|never|always)\b"
    ),
    "share": re.compile(
        r"%|\b(?:per ?cent|percent|half|third|quarter|one in|out of|most|majority|fraction|share|rate|ratio|times)\b"
    ),
    "money": re.compile(_MONEY),
    "person": re.compile(
        r"\b(?:team|people|users?|members?|staff|employees?|reviewers?|moderators?|agents?|analysts?|annotators?|"
        r"customers?|partners?|doctors?|nurses?|managers?|vendors?|company|by [A-Z]\w+)\b|(?<=[a-z,;] )[A-Z][a-z]+"
    ),
    "place": re.compile(r"\b(?:in|at|from|near|across|countr\w+|region\w*|cit(?:y|ies)|market\w*|world|global\w*|local\w*)\b"),
    "reason": re.compile(
        r"\b(?:because|since|so that|in order|due to|therefore|as a result|caused|leads? to|prevent\w*|avoid\w*|to [a-z]+)\b"
    ),
}
_GENERIC = """
    what which who whom whose when where why how many much long often far big large do does did is are was were be been
    have has had can could would should will shall may might we our us you your they their it its there here any some
    all tell know understand explain describe give like want need curious wonder wondering walk talk ask question say
    see look looking get got go going us me my i about roughly approximately around exactly usually typically normally
    currently today now sort kind type of in on at for to from by with as and or the a an not no yes ok okay please
    thanks just really actually also more else other thing things stuff something anything guys basically kinda uh um
    erm hmm well so right sure maybe quick quickly number amount total average time expect expected make made use used
    using mean means work works happen happens come comes system one ones
"""
GENERIC = frozenset(stem(word) for word in _GENERIC.split())
"""Stems that ask but do not say about what; a sheet need not hold them to answer."""

_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][\w&'-]*(?: [A-Z][\w&'-]*)*|\b[A-Z]{2,}\b|\b[A-Z][a-z]+(?=[A-Z])\w+")


@lru_cache(maxsize=20_000)
def content(text: str) -> tuple[str, ...]:
    """The distinct stems in `text` that say what it is about, in order."""
    return tuple(dict.fromkeys(item for item in map(stem, words(text)) if item not in GENERIC))


@lru_cache(maxsize=20_000)
def asked(question: str) -> frozenset[str]:
    """The kinds of thing that a question asks for; several or none."""
    plain = normalise(question).lower()
    return frozenset(kind for kind, pattern in ASKS.items() if pattern.search(plain))


@lru_cache(maxsize=20_000)
def stated(sentence: str) -> frozenset[str]:
    """The kinds of thing that a sentence states."""
    plain = normalise(sentence)
    return frozenset(kind for kind, pattern in STATES.items() if pattern.search(plain if kind == "person" else plain.lower()))


@lru_cache(maxsize=20_000)
def names(text: str) -> frozenset[str]:
    """Stems of the words in `text` that are written like names: capitals inside a sentence, or all capitals."""
    return frozenset(stem(word) for found in _NAME.findall(normalise(text)) for word in words(found))
