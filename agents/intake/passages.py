"""Cuts notes into sentences, each with the headings that govern it, and sentences into clauses."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agents.encoder import normalise
from agents.intake.outline import Item

_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|no|w|dr|mr|ms)|\b[a-z]\.[a-z])\.$", re.IGNORECASE)
_END = re.compile(r"[.!?]+[\"'”’)\]]*\s+")
_UNDERLINE = re.compile(r"^[=\-~_*#]{3,}$")
_MARKED = re.compile(r"^(?:#+|>+)\s+|^\*\*.+\*\*:?$|^\[.+\]$")
_LABEL = re.compile(r"(?<![\d/])(?::|=)\s+")
_CLAUSE = re.compile(
    r"(?<=\w):\s+|\s+(?:-{1,2}|–|—|=|->|→)\s+|(?<=\w)—(?=\w)"
    r"|,?\s+(?=(?:but|although|though|however|because|since|whereas|while|unless|provided)\b)"
    r"|,\s+(?=(?:and |so |or )?(?:i|i'm|i've|i'd|we|we've|it|it's|its|he|she|they|that's|this|which|who|so|never|not|please|"
    r"don't|let's|then|if|as|where|when|both|neither|none|leave|skip|haven't|hence|just|only)\b)"
    r"|\s+(?=and (?:i|i'm|i've|i'd|we|we've|it|it's|please|don't|never|not|haven't|so)\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:also|and|plus|then|likewise|same)\b", re.IGNORECASE)
_SHORT_HEADING = 6


class Sentence(NamedTuple):
    """One sentence; `label` is all that announces it: its section, the line that leads its list, its own "Done:"."""

    text: str
    label: str
    clauses: tuple[str, ...]
    paragraph: int


def passages(lines: Sequence[Item]) -> tuple[Sentence, ...]:
    """The sentences of the notes, in order."""
    found: list[Sentence] = []
    for paragraph, heading, line in _governed(lines):
        asked = ""
        if found and found[-1].text.endswith("?"):
            asked = found[-1].text
        for text in _sentences(line):
            announced = ""
            for part in filter(None, map(str.strip, text.split(";"))):
                announced = _own_label(part) or announced
                before = found[-1].text if found and _GOES_ON.match(part) else ""
                label = " | ".join(text for text in (heading, asked, before, announced) if text)
                found.append(Sentence(part, label, tuple(filter(None, map(str.strip, _CLAUSE.split(part)))), paragraph))
            asked = text if text.endswith("?") else ""
    return tuple(found)


def _governed(lines: Sequence[Item]) -> Iterator[tuple[int, str, str]]:
    """Each line with the number of its paragraph and the headings above it."""
    section = lead = ""
    listing = False
    paragraph = 0
    for position, line in enumerate(lines):
        text = normalise(line.text)
        following = lines[position + 1] if position + 1 < len(lines) else None
        paragraph += line.after_blank
        if _UNDERLINE.match(text):
            continue
        if _is_heading(line, following):
            section, lead, listing = text, "", False
            yield paragraph, "", text
            continue
        if not line.bullet and (listing or line.after_blank):
            lead, listing = "", False
        if line.after_blank and not line.bullet and not _MARKED.match(section):
            section = ""
        yield paragraph, " | ".join(part for part in (section, lead) if part), text
        if text.endswith(":") and not (line.bullet and lead and line.depth == 0):
            lead, listing = text, False
        elif line.bullet:
            listing = True
        elif following is not None and following.bullet and not following.after_blank:
            lead = text


def _is_heading(line: Item, following: Item | None) -> bool:
    """Marked, underlined, in capitals, or a few words at the head of a paragraph that goes on below."""
    text = line.text.strip()
    if line.bullet or following is None:
        return bool(_MARKED.match(text)) and not line.bullet
    if _MARKED.match(text) or _UNDERLINE.match(following.text.strip()):
        return True
    short = len(text.split()) <= _SHORT_HEADING and text[-1] not in ".!?,;" and not re.search(r"[:=]\s", text)
    return short and (text.isupper() or (line.after_blank and not following.after_blank) or text.endswith(":"))


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(line):
        piece = line[start : end.end()].strip()
        if _ABBREVIATION.search(piece) or re.fullmatch(r"\W*\w{1,2}[.)]?", piece):
            continue
        yield piece
        start = end.end()
    if line[start:].strip():
        yield line[start:].strip()


def _own_label(text: str) -> str:
    """What stands before the first colon, if something follows it."""
    found = _LABEL.search(text)
    return text[: found.start()].strip() if found and text[found.end() :].strip() else ""
