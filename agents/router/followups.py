"""Makes a question that leans on the turn before stand alone, from public turns only."""

import re
from dataclasses import dataclass

from agents.dialogue import Transcript
from agents.router.phrases import AUX, WH, plain, without_fillers
from agents.router.questions import split_questions
from agents.router.segments import segment

LOOK_BACK = 6

_PREPOSITION = (
    r"(?:in|at|on|by|per|for|during|while|when|with|within|from|under|over|among|between|to|since|outside|after|before|across)"
)
_FRAGMENT = re.compile(
    rf"^(?:{_PREPOSITION}\b|split\b|broken\b|each\b|every\b|daily\b|weekly\b|monthly\b|later\b|globally\b|mostly\b|today\b)",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\s+(?:(?:per|a|each|every)\s+(?:day|week|month|year|second|minute|hour)|daily|weekly|monthly)$", re.IGNORECASE
)
_ABOUT = re.compile(r"^(?:what|how)\s+about\s+(?P<rest>.+)$", re.IGNORECASE)
_BARE = 3
_EXTREMES = frozenset({"peak", "the peak", "night", "weekends", "most", "least", "p99", "p95"})
_PRONOUNS = frozenset(
    {"it", "they", "that", "we", "those", "there", "these", "this", "some", "yes", "no", "both", "all", "most", "some do"}
)
_ADVERBS = re.compile(
    r"\s+(?:right\s+now|now|today|currently|at\s+present|at\s+the\s+moment|so\s+far|in\s+total)$", re.IGNORECASE
)
_OF_THOSE = re.compile(r"\b(?P<of>(?:of|among|in|from)\s+)(?P<what>those|these|them|that|this|it)\b", re.IGNORECASE)
_HOW_MANY_VERB = re.compile(
    r"^(?P<head>how\s+many|how\s+much|what\s+(?:share|fraction|percentage|proportion))\s+(?=(?:are|is|get|gets|"
    r"log|have|has|do|does|did|were|was|come|end|pay|can|will|go|"
    r"actually|typically|usually|really|would|never|also|stay|use|contain|turn|in|on|at|per|from)\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    (
        r"\b(?P<what>they|them|their|those|these|it|its|that|this|that\s+(?:number|figure|rate)|this\s+(?:number|"
        r"figure|rate))\b(?!\s+(?!include|the\b|true|go|hold|change|differ|vary|grow|cover|apply|mean|count|"
        r"so\b)[a-z]{3,}s\b)"
    ),
    re.IGNORECASE,
)
_THAT_NOUN = re.compile(
    r"\b(?:that|this|those|these)\s+(?!include|the\b|growing|more|less|per|on|in|at|for|measured|split|only|"
    r"also|before|after|with|without|including|already|by|of|average|peak|true|different|higher|lower|change|differ|"
    r"vary|grow|mean\b|count\b|apply|cover|hold\b|"
    r"rise|are\b|were\b|have\b|has\b|was\b|get\b|gets\b|come\b|"
    r"usually|really|always|ever|still|also|already)[a-z]{3,}",
    re.IGNORECASE,
)
_SUBJECT_OF_QUESTION = (
    re.compile(rf"\bwhat\s+(?:kinds?|types?|sorts?)\s+of\s+(?P<np>.+?)(?=\s+{AUX}\b|\?|$)", re.IGNORECASE),
    re.compile(
        (
            rf"\bhow\s+(?:many|much)\s+(?P<np>.+?)(?=\s+(?:{AUX}|per|each|every|we|you|i|they|there|get|gets|in|on|at|a|"
            rf"come|arrive|sit|run|live|with|for|use|daily|across|overall)\b|\?|$)"
        ),
        re.IGNORECASE,
    ),
    re.compile(
        (
            rf"\bhow\s+(?!many|much)\w+\s+(?:{AUX})\s+(?P<np>.+?)(?=\s+(?:stay|take|last|get|be|live|refresh|change|keep|"
            rf"report|run|arrive|come|have|must)\b|\?|$)"
        ),
        re.IGNORECASE,
    ),
    re.compile(
        r"\bwhat(?:'s|\s+is|\s+are|\s+was|\s+were)\s+(?P<np>.+?)(?=\s+(?:at\s+present|today|now|currently|per)\b|\?|$)",
        re.IGNORECASE,
    ),
    re.compile(
        (
            r"\b(?:do|does|did)\s+(?:we|you|they)\s+(?:have|log|store|keep|know|get|support|see|track|"
            r"collect)\s+(?:any\s+)?(?P<np>.+?)(?=\?|$)"
        ),
        re.IGNORECASE,
    ),
    re.compile(r"^(?:do|does|did|can)\s+(?:the\s+)?[a-z]+s\s+[a-z]+\s+(?P<np>[a-z-]+(?:\s+[a-z-]+)?)(?=\?|$)", re.IGNORECASE),
    re.compile(r"\b(?:is|are)\s+there\s+(?:any\s+|an?\s+)?(?P<np>.+?)(?=\?|$)", re.IGNORECASE),
    re.compile(rf"\b(?:what|which)\s+(?P<np>[\w-]+(?:\s+[\w-]+)?)\s+{AUX}\b", re.IGNORECASE),
    re.compile(r"^(?:do|does|did|can|are|is)\s+(?P<np>(?:the\s+|our\s+)?[a-z-]+)\s+[a-z]+", re.IGNORECASE),
)
_QUANTITY = re.compile(
    r"\b(?:about|around|roughly|some|approximately|nearly|over|on\s+average)?\s*(?:\d[\d.,]*|\b(?:two|three|"
    r"four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty)\b)\s*(?:(?:million|billion|thousand|"
    r"hundred|trillion|m|bn|k|%|percent|per\s+cent)\b|%)?\s*(?:of\s+(?:the\s+|all\s+)?)?"
    r"(?P<np>(?!times?\b|per\b|a\b|an\b|in\b|on\b|at\b|of\b|and\b|to\b|by\b|ms\b|days?\b|hours?\b|seconds?\b|"
    r"minutes?\b|weeks?\b|months?\b|years?\b|km\b|kb\b|mb\b|gb\b)[a-z][\w-]*"
    r"(?:\s+(?!per\b|a\b|an\b|in\b|on\b|at\b|of\b|and\b|are\b|is\b|was\b|were\b|each\b|every\b|arrive\b|come\b|"
    r"while\b|with\b|from\b|by\b|for\b|that\b|who\b|which\b|violate\b|have\b|use\b|get\b|daily\b|"
    r"to\b)[a-z][\w-]*){0,2})",
    re.IGNORECASE,
)
_SENTENCE_SUBJECT = re.compile(
    (
        r"^(?P<np>(?:the\s+|an?\s+|each\s+)?[\w'-]+(?:[\s-]+[\w'-]+){0,3}?)\s+(?:is|are|was|were|has|have|lasts?|"
        r"takes?|runs?|holds?|serves?|reports?|must|can|may|book|do|does|will)\b"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Context:
    """What a follow-up can lean on: the question asked before it and what the answer was about."""

    question: str = ""
    subject: str = ""

    def after(self, question: str) -> "Context":
        """The context for the next question in the same turn."""
        return Context(question, _subject_of(question) or self.subject)


def context_of(previous: Transcript) -> Context:
    """Context from the last answer and the candidate's question before it; empty if neither is among the last turns."""
    recent = previous[-LOOK_BACK:]
    answers = [turn for turn in recent if turn.speaker == "facts"]
    if not answers:
        return Context()
    answer = answers[-1]
    asked = [turn for turn in recent[: recent.index(answer)] if turn.speaker == "candidate"]
    question = _last_question(asked[-1].text) if asked else ""
    return Context(question or _question_behind(answer.text), _subject_of(question) or _subject_of_answer(answer.text))


def stand_alone(question: str, context: Context) -> str:
    """`question` with what it leaves out filled in from `context`; unchanged if it stands alone or nothing is known."""
    core = without_fillers(question).strip(" ?.!,")
    if not core or not (context.question or context.subject):
        return question
    for rule in (_about, _bare_noun, _fragment, _how_many_verb, _of_those, _pronoun, _bare_how):
        full = rule(core, context)
        if full:
            return " ".join(full.split()).strip(" ?.,") + "?"
    return question


def _about(core: str, context: Context) -> str:
    found = _ABOUT.match(core)
    if not found or not context.question:
        return ""
    rest = found["rest"]
    if _FRAGMENT.match(rest):
        return f"{_bare(context.question)} {rest}"
    if len(rest.split()) > 6 or not context.subject:
        return ""
    base = _bare(context.question)
    if context.subject.lower() in base.lower():
        return re.sub(re.escape(context.subject), lambda _: re.sub(r"^the\s+", "", rest), base, count=1, flags=re.IGNORECASE)
    return f"{base} for {rest}"


def _bare_noun(core: str, context: Context) -> str:
    """A noun on its own asks the same as before about another thing ("and jobs?", "peak?", "same on mobile?")."""
    core = re.sub(r"^(?:the\s+)?same\s+(?=(?:for|on|in|at)\b)", "", core, flags=re.IGNORECASE)
    if _FRAGMENT.match(core):
        return _fragment(core, context)
    if len(core.split()) > _BARE or re.search(
        rf"\b(?:{AUX}|{WH}|tell|any|of|full|complete|all|that|this|they|them|those|it)\b", core, re.IGNORECASE
    ):
        return ""
    if core.lower() in _EXTREMES:
        return f"{_PERIOD.sub('', _bare(context.question))} at {core}" if context.question else ""
    return _about(f"what about {core}", context)


def _fragment(core: str, context: Context) -> str:
    words = core.split()
    inverted = re.match(rf"^{_PREPOSITION}\s+(?:what|which|whom|whose)\b", core, re.IGNORECASE)
    if inverted and len(words) <= 5 and context.question:
        return f"{_bare(context.question)}, {core}"
    if not _FRAGMENT.match(core) or len(words) > 8 or re.search(rf"\b{AUX}\b", core, re.IGNORECASE):
        return ""
    base = _bare(context.question)
    if core.lower().startswith(("per ", "daily", "weekly", "each ", "every ", "a ")):
        base = _PERIOD.sub("", base)
    if base.lower().startswith("what about"):
        base = context.subject or base
    return f"{base} {core}" if base else ""


def _how_many_verb(core: str, context: Context) -> str:
    found = _HOW_MANY_VERB.match(core)
    if not found or not context.subject:
        return ""
    of = "" if found["head"].lower().startswith("how") else "of "
    return f"{found['head']} {of}{_without_article(context.subject) if not of else context.subject} {core[found.end() :]}"


def _of_those(core: str, context: Context) -> str:
    if not context.subject or not _OF_THOSE.search(core) or _THAT_NOUN.search(core):
        return ""
    return _OF_THOSE.sub(lambda found: f"{found['of']}the {_without_article(context.subject)}", core, count=1)


def _pronoun(core: str, context: Context) -> str:
    """A pronoun early in a short question stands for what was just talked about."""
    if (
        not context.subject
        or len(core.split()) > 11
        or _THAT_NOUN.search(core)
        or re.search(r"\b(?:there|is\s+it\s+(?:ok|fine|possible|safe|fair))\b", core, re.IGNORECASE)
    ):
        return ""
    found = _PRONOUN.search(core)
    if not found or (found.start() > 30):
        return ""
    subject = f"the {_without_article(context.subject)}"
    if found["what"].lower().split()[0] in {"it", "that", "this"} and re.match(r"how\s+many\b", context.question, re.IGNORECASE):
        subject = f"the number of {_without_article(context.subject)}"
    possessive = found["what"].lower() in {"their", "its"}
    return f"{core[: found.start()]}{subject}{chr(39) + 's' if possessive else ''}{core[found.end() :]}"


def _bare_how(core: str, context: Context) -> str:
    """A bare "how often?" or "which ones" takes the whole question before it."""
    if len(core.split()) > 2 or not re.match(rf"^{WH}\b", core, re.IGNORECASE) or not context.question:
        return ""
    if re.match(r"^(?:what|who|which)\b", core, re.IGNORECASE) and not core.lower().endswith(("ones", "one")):
        return ""
    return f"{core}, regarding {_bare(context.question)}"


def _last_question(text: str) -> str:
    asked = [
        part
        for part in segment(text[-2000:])
        if part.asked or re.match(rf"(?:{WH}|{AUX}|tell)\b", plain(without_fillers(part.text)))
    ]
    pieces = split_questions(asked[-1].text) if asked else ()
    return pieces[-1] if pieces else ""


def _question_behind(answer: str) -> str:
    """The question that an answer answers, as far as its words tell."""
    sentence = _last_sentence(answer)
    found = _QUANTITY.search(sentence)
    if found and "%" not in found.group() and "percent" not in found.group():
        rest = sentence[found.end() :].strip(" .")
        return f"how many {found['np']} {rest if len(rest.split()) <= 3 else ''}".strip()
    subject = _SENTENCE_SUBJECT.match(sentence)
    return f"what about {subject['np']}" if subject else ""


def _subject_of(question: str) -> str:
    for pattern in _SUBJECT_OF_QUESTION:
        found = pattern.search(question)
        if found and len(found["np"].split()) <= 6 and found["np"].lower() not in _PRONOUNS:
            return _ADVERBS.sub("", found["np"].strip())
    return ""


def _subject_of_answer(answer: str) -> str:
    sentence = _last_sentence(answer)
    found = _QUANTITY.search(sentence) or _SENTENCE_SUBJECT.match(sentence)
    subject = _ADVERBS.sub("", found["np"].strip()) if found else ""
    return "" if subject.lower() in _PRONOUNS or subject.lower().startswith(("some ", "yes", "no,")) else subject


def _last_sentence(answer: str) -> str:
    sentences = [part.text for part in segment(answer[-2000:])]
    return sentences[-1] if sentences else ""


def _bare(question: str) -> str:
    return without_fillers(question).strip(" ?.!,")


def _without_article(noun: str) -> str:
    return re.sub(r"^(?:the|an?|any|our|all)\s+", "", noun, flags=re.IGNORECASE)
