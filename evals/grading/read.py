"""Reads interviews held elsewhere (JSON, JSONL, Markdown or plain text) and makes them gradable."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from agents.coverage import CoverageMeter, leading_area
from agents.dialogue import Speaker, clean, words
from agents.encoder import SentenceEncoder
from agents.grader import Interview
from agents.record import Turn
from scenarios.brief import Brief
from scenarios.model import Model
from scenarios.names import AreaId, PhaseId

WORDS_A_MINUTE = 150
FITS = 0.45
_SPOKEN: Mapping[str, Speaker] = {
    "interviewer": "interviewer",
    "candidate": "candidate",
    "facts": "facts",
    "you": "candidate",
    "me": "candidate",
    "interviewee": "candidate",
    "applicant": "candidate",
    "user": "candidate",
    "assistant": "interviewer",
    "host": "interviewer",
    "recruiter": "interviewer",
    "c": "candidate",
    "i": "interviewer",
    "speaker 1": "interviewer",
    "speaker 2": "candidate",
}
_STAMP = r"(?:\[?\(?\d{1,2}:\d{2}(?::\d{2})?\)?\]?)"
_LABEL = re.compile(
    rf"^\s*(?:[-*>#]+\s*)?(?:{_STAMP}\s*[-–]?\s*)?\*{{0,2}}(?P<who>[A-Za-z][A-Za-z0-9 ]{{0,18}}?)\*{{0,2}}\s*{_STAMP}?\s*:"
    r"\*{0,2}\s*(?P<said>.*)$"
)
_HEADING = re.compile(r"^\s*(?:#+\s*|(?:problem|scenario|title|id)\s*:\s*)(?P<text>.+)$", re.IGNORECASE)
_PHASE_OF: Mapping[AreaId, PhaseId] = {
    "navigation": "clarify",
    "data": "design",
    "features": "deep_dive",
    "modelling": "deep_dive",
    "metrics": "evaluate",
}


class ReadError(ValueError):
    """A dump that can't be read; the message is one line."""


class DumpTurn(Model):
    """One turn of a dump."""

    speaker: Speaker
    text: str


class Dump(Model):
    """An interview that was not made here."""

    id: str | None = None
    problem: str | None = None
    scenario: str | None = None
    turns: tuple[DumpTurn, ...] = Field(min_length=1)


class Matching(Model):
    """Which scenario a dump was held about, how that was told, and how well it fits (cosine)."""

    scenario: str
    how: str
    fit: float


def read_dumps(path: Path) -> tuple[Dump, ...]:
    """All interviews in a file; raises ReadError naming file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{path}: can't be read as UTF-8 text: {error}") from None
    if path.suffix.lower() == ".jsonl":
        return tuple(
            _dump(json_of(line, path, n), f"{path}: line {n}") for n, line in enumerate(text.splitlines(), 1) if line.strip()
        )
    if path.suffix.lower() == ".json":
        document = json_of(text, path, 1)
        items = document if isinstance(document, list) else [document]
        return tuple(_dump(item, f"{path}: interview {n}") for n, item in enumerate(items, 1))
    return (_prose(text, path),)


def json_of(text: str, path: Path, line: int) -> Any:
    """Parsed JSON; raises ReadError with the place."""
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ReadError(f"{path}: line {line}: not valid JSON: {error}") from None


def match_scenario(dump: Dump, briefs: Mapping[str, Brief], encoder: SentenceEncoder) -> Matching | None:
    """The scenario named by the dump, else the one whose public text is nearest to the problem or to what was said."""
    if dump.scenario in briefs:
        return Matching(scenario=str(dump.scenario), how="named", fit=1.0)
    names = sorted(briefs)
    if not names:
        return None
    told = " ".join(turn.text for turn in dump.turns if turn.speaker == "interviewer")[:1500]
    query = " ".join(filter(None, (dump.problem, dump.scenario))) or told or dump.turns[0].text[:1500]
    how = "by the problem's wording" if dump.problem or dump.scenario else "by what was said"
    wanted = encoder.encode([query])[0]
    fits = []
    for name in names:
        brief = briefs[name]
        lines = [brief.title, brief.summary, brief.opening, *brief.aliases]
        fits.append(float(np.max(encoder.encode(lines) @ wanted)))
    best = int(np.argmax(fits))
    return Matching(scenario=names[best], how=how, fit=round(fits[best], 3)) if fits[best] >= FITS else None


def to_interview(dump: Dump, brief: Brief, encoder: SentenceEncoder) -> Interview:
    """The dump with phases, areas and a clock guessed from what was said."""
    meter = CoverageMeter(brief, encoder)
    turns: list[Turn] = []
    at, phase = 0.0, "clarify"
    for index, said in enumerate(dump.turns):
        text = clean(said.text)
        at += words(text) / WORDS_A_MINUTE * 60
        area = leading_area(meter.talk(text)) if said.speaker != "facts" and index else None
        phase = _PHASE_OF.get(area, phase) if area and said.speaker == "interviewer" else phase
        turns.append(
            Turn(index=index, speaker=said.speaker, text=text, phase=phase, at=round(at, 1), acts=_acts(said, index), area=area)
        )
    return Interview(turns=tuple(turns), minutes=at / 60)


def _acts(said: DumpTurn, index: int) -> tuple[str, ...]:
    if said.speaker != "interviewer":
        return ()
    return ("opening",) if index == 0 else ("follow_up",) if "?" in said.text else ()


def _dump(document: Any, where: str) -> Dump:
    if isinstance(document, Mapping) and "turns" in document:
        kept = {name: document.get(name) for name in ("id", "problem", "scenario")}
        if isinstance(kept["scenario"], Mapping):
            kept["scenario"] = kept["scenario"].get("id")
        document = {**kept, "turns": [_turn(turn) for turn in document["turns"]] if isinstance(document["turns"], list) else []}
    try:
        return Dump.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ReadError(f"{where}: {'.'.join(map(str, first['loc'])) or '(whole)'}: {first['msg']}") from None


def _turn(turn: Any) -> Any:
    if not isinstance(turn, Mapping):
        return turn
    who = str(turn.get("speaker", turn.get("role", ""))).strip().lower()
    return {"speaker": _SPOKEN.get(who, who), "text": turn.get("text", turn.get("content", ""))}


def _prose(text: str, path: Path) -> Dump:
    """Labelled lines ("Candidate: ..."); a line without a label goes on; without any label all is the candidate's."""
    turns: list[tuple[Speaker, list[str]]] = []
    problem: str | None = None
    for line in text.splitlines():
        label = _LABEL.match(line)
        who = _SPOKEN.get(label["who"].strip().lower()) if label else None
        heading = _HEADING.match(line)
        if label and who:
            turns.append((who, [label["said"]]))
        elif heading and not turns:
            problem = problem or heading["text"].strip()
        elif turns and line.strip():
            turns[-1][1].append(line)
    if not turns and text.strip():
        blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
        turns = [("candidate", [block]) for block in blocks]
    if not turns:
        raise ReadError(f"{path}: holds no text")
    said: Sequence[DumpTurn] = [DumpTurn(speaker=who, text="\n".join(lines).strip()) for who, lines in turns]
    return Dump(id=path.stem, problem=problem, turns=tuple(turn for turn in said if turn.text))
