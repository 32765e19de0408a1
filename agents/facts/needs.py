"""What kind of answer a question needs, what kinds a sentence may give, and what a question wants counted."""

import re
from collections.abc import Mapping
from functools import lru_cache

from agents.encoder import normalise, stem, words
from agents.facts.cues import GENERIC

_COUNTED = re.compile(
    r"\bhow (?:many|much)(?: of)?(?: the| our| your| its| their)? (?P<a>.+)|"
    r"\b(?:number|count|volume|amount|share|fraction|percentage|proportion|portion)s? of(?: the| our| your| all)? (?P<b>.+)"
)
_STOPS = re.compile(
    r"\b(?:do|does|did|are|is|was|were|can|could|have|has|had|will|would|may|might|must|should|per|in|on|at|for|from|to|with|we|i|"
    r"you|they|he|she|it|that|which|who|each|every|a|an|and|or|of|by|gets?|there|come|comes|arrive|happen|exist|the)\b|[?.,;]"
)


@lru_cache(maxsize=20_000)
def counted(question: str) -> tuple[str, ...]:
    """Stems of the thing that a question wants counted, its head last; empty if it wants none."""
    found = _COUNTED.search(normalise(question).lower())
    if not found:
        return ()
    phrase = _STOPS.split(found["a"] or found["b"], maxsplit=1)[0]
    return tuple(item for item in map(stem, words(phrase)) if item not in GENERIC)[:4]


@lru_cache(maxsize=20_000)
def numbered(sentence: str) -> frozenset[str]:
    """Stems of the words that closely follow a quantity in a sentence."""
    said = words(sentence)
    near = {
        stem(other)
        for place, word in enumerate(said)
        if word[0].isdigit() or word in _QUANTIFIERS
        for other in said[place + 1 : place + 6]
    }
    return frozenset(near)


_QUANTIFIERS = frozenset(["half", "third", "quarter", "most", "majority", "dozen", "once", "twice", "one", "every", "none", "no"])

_NEEDS: Mapping[str, tuple[str, str]] = {
    "reason": (
        r"\bwhy\b|\b(?:what|which) (?:\w+ )?(?:reasons?|caused?|causes|made|makes)\b|\bhow come\b",
        (
            r"\b(?:because|since|due|so that|so\b|in order|therefore|thus|as a result|cause[sd]?|led|leads?|reason|after|"
            r"to (?:avoid|prevent|keep|protect|let|help|reduce|stop)|owing|thanks|for fear|which (?:is why|means))\b"
        ),
    ),
    "person": (
        r"\b(?:who|whom|whose|by whom)\b",
        (
            r"\b(?:team|teams|people|person|users?|members?|staff|employees?|reviewers?|moderators?|agents?|analysts?|"
            r"annotators?|customers?|partners?|doctors?|nurses?|managers?|vendors?|company|supplier|engineers?|wife|husband|"
            r"brother|sister|son|daughter|mother|father|friends?|farmers?|owner|director|officer|lawyers?|regulator|"
            r"[a-z]+ists?|clinicians?)\b|(?<=[a-z,;] )[A-Z][a-z]+"
        ),
    ),
    "when": (
        (
            r"\bwhen\b|\bwhat (?:time|date|year|day|month)\b|\bsince when\b|\bwhich (?:year|month|day|date|quarter)\b|"
            r"\bdeadline\b|\bhow soon\b"
        ),
        (
            r"\b(?:1[89]|20)\d\d\b|\b(?:jan\w*|feb\w*|march|april|june|july|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*|(?:mon|"
            r"tues|wednes|thurs|fri|satur|sun)days?|spring|summer|autumn|winter|ago|today|yesterday|tomorrow|last|next|"
            r"since|until|till|before|after|during|quarter|morning|evening|night|noon|midnight|weeks?|months?|years?|days?|"
            r"hours?|minutes?|once|when\w*|am|pm|o'clock|immediately|end of)\b|\d\d?:\d\d|\d ?(?:am|pm)\b"
        ),
    ),
    "long": (
        (
            r"\bhow (?:long|old|quick(?:ly)?|fast|soon|late|stale|fresh|far back)\b|\b(?:latency|delay|duration|lag|"
            r"freshness|turnaround|retention|response time|age|window|history)\b"
        ),
        (
            r"\b(?:ms|milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|nights?|overnight|"
            r"nightly|daily|hourly|real time|immediate\w*|instant\w*|seasons?|decades?|since|until|old|aged?|retired)\b|"
            r"\d+ ?s\b|\bi'm \d+"
        ),
    ),
    "often": (
        r"\bhow (?:often|frequent(?:ly)?|regular(?:ly)?|many times)\b|\b(?:frequency|cadence|how frequently)\b",
        (
            r"\b(?:every|each|per|daily|weekly|monthly|yearly|hourly|nightly|annual\w*|once|twice|times|never|always|rarely|"
            r"seldom|often|continuous\w*|real time|most|quarterly|regular\w*|frequent\w*|a (?:day|week|month|year))\b|%"
        ),
    ),
    "money": (
        (
            r"\b(?:costs?|price[sd]?|pay|paid|fees?|charged?|charges|revenue|salary|wage|budget|spend|spent|earn|dollars|"
            r"euros|pounds|money|expensive|worth|fine|fines|invoice|bill|discount|profit)\b"
        ),
        (
            r"[$€£¥]|\b(?:dollars?|cents?|euros?|pounds?|usd|eur|gbp|kr|sek|kronor|francs?|yen|rupees?|cost|costs|price|"
            r"free|paid|pays?|fee|budget|revenue|money|margin|waived)\b"
        ),
    ),
    "share": (
        (
            r"\b(?:percent(?:age)?|share|fraction|proportion|portion|ratio|rate|prevalence|what part|how (?:common|rare|"
            r"likely|accurate|reliable|noisy|precise|imbalanced)|accuracy|precision|recall|auc|error|split)\b"
        ),
        (
            r"%|\b(?:per ?cent|percent|half|third|quarter|tenth|one in|in \d+|out of|most|majority|fraction|share|rate|"
            r"ratio|times|nearly all|all|none|no|few|minority|rarely|error|noisy|wrong|badly|auc|precision|recall|accura\w+|"
            r"reliab\w+)\b|\b0\.\d+|\d+\.\d+"
        ),
    ),
    "count": (
        r"\bhow many\b|\b(?:number|count|quantity|qps|rps|dau|mau|volume|throughput|how (?:big|large)|size|scale)\b",
        (
            r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|dozens|hundreds?|thousands?|"
            r"millions?|billions?|half|third|quarter|once|twice|none|no|one|single|both|pair|zero)\b"
        ),
    ),
    "named": (
        (
            r"\b(?:which|what) (?:\w+ ){0,2}?(?:vendor|provider|company|supplier|brand|bank|tool|framework|language|"
            r"database|platform|product|model|architecture|firm|firms|make)\b|\b(?:what's|what is|"
            r"whats) (?:\w+'?s? ){0,3}name\b|\bcalled\b"
        ),
        r"(?<=[a-z,;] )[A-Z][\w-]+|\b[A-Z]{2,}\w*",
    ),
    "measure": (
        (
            r"\b(?:dose|dosage|memory|ram|weigh|weight|height|tall|distance|how (?:far|heavy|tall|wide|deep|high|big)|"
            r"resolution|temperature|size|speed|bandwidth|kilomet\w+|length)\b"
        ),
        (
            r"\d[\d.,:]*\s?(?:mg|g|kg|kilos?|ml|l|kb|mb|gb|tb|km|m|cm|mm|kilomet\w+|met(?:re|er)s?|miles?|°|degrees?|mbit|"
            r"gbit|words?|tokens?|pixels?|px|characters?|[a-z]+-?(?:metre|meter)|hectares?|feet|pounds?|dimension\w*)|\d+x\d+"
        ),
    ),
    "where": (
        (
            r"\bwhere\b|\b(?:which|what) (?:countr\w+|regions?|cit\w+|markets?|places?|address|sites?)\b|\blocation\b|"
            r"\bwhereabouts\b"
        ),
        (
            r"\b(?:in|at|from|near|across|under|below|above|behind|on the|countr\w+|region\w*|cit(?:y|ies)|markets?|"
            r"world\w*|global\w*|local\w*|address)\b"
        ),
    ),
}
_PATTERNS = {kind: (re.compile(asks), re.compile(states)) for kind, (asks, states) in _NEEDS.items()}


@lru_cache(maxsize=20_000)
def needs(question: str) -> frozenset[str]:
    """The kinds of answer that a question needs."""
    plain = normalise(question).lower()
    return frozenset(kind for kind, (asks, _) in _PATTERNS.items() if asks.search(plain))


@lru_cache(maxsize=20_000)
def gives(sentence: str) -> frozenset[str]:
    """The kinds of answer that a sentence may give."""
    plain = normalise(sentence)
    return frozenset(
        kind
        for kind, (_, states) in _PATTERNS.items()
        if states.search(plain if kind in ("person", "named", "measure") else plain.lower())
    )
