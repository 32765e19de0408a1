"""The LLM interviewer: a model words the turn, code keeps time, phases and the house rules."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from agents.dialogue import InterviewerAct, Transcript, Usage
from agents.fence import fenced_transcript, neutralise
from agents.interviewer.embedded import EmbeddedInterviewer
from agents.interviewer.house_rules import MAX_WORDS, violations
from agents.interviewer.protocol import Clock, Draft, InterviewerView
from agents.interviewer.schedule import Schedule
from agents.model import ChatModel, Completion, FailureKind, Message, ModelFailure, add, system, user
from agents.prompts import Prompt, load_prompt
from agents.settings import Settings
from scenarios.brief import Brief
from scenarios.names import AreaId

VERSION = "llm/1"
PROMPT = Path(__file__).with_name("prompt.md")
UNUSABLE: frozenset[FailureKind] = frozenset({"malformed", "wrong_schema", "truncated", "empty", "refusal", "too_large"})
"""What is wrong with a reply rather than with the server."""
_WORDED: frozenset[InterviewerAct] = frozenset({"probe", "follow_up", "neutral", "decline"})
_WORDED_META = frozenset({"clarify", "process"})

OnUnusable = Literal["raise", "neutral"]
Occasion = Literal["follow", "decline", "meta"]


class LlmInterviewer:
    """Holds the brief and a model; closings, transitions and the clock are the embedded interviewer's, and cost no call."""

    def __init__(
        self,
        brief: Brief,
        settings: Settings,
        model: ChatModel,
        *,
        on_unusable: OnUnusable = "raise",
        prompt: Prompt | None = None,
    ) -> None:
        """A reply that can't be read is by `on_unusable` a failure, for the person to decide on, or a neutral probe."""
        self._rails = EmbeddedInterviewer(brief, settings)
        self._schedule = Schedule(brief, settings.minutes)
        self._model = model
        self._on_unusable = on_unusable
        self._prompt = prompt or load_prompt(PROMPT)
        self._names = {area.id: area.name for area in brief.areas}
        self._probe_ids = {probe.text: probe.id for probe in brief.probes}
        self._system = system(self._prompt.fill("system", **_brief_values(brief, settings)))
        self._schema = turn_schema(tuple(self._names))

    def open(self) -> Draft:
        """The brief's opening statement."""
        return self._rails.open()

    async def reply(self, view: InterviewerView) -> Draft:
        """The next turn: one call, a second one if the first draft broke a house rule. Raises `ModelFailure`."""
        base = await self._rails.reply(view)
        occasion = _occasion(view, base)
        if occasion is None:
            return base
        now = self._now(view, occasion)
        try:
            return await self._worded(view, base, occasion, now)
        except ModelFailure as failure:
            if self._on_unusable == "raise" or failure.kind not in UNUSABLE:
                raise
            return base.model_copy(update={"usage": failure.usage, "error": failure.line(), "regenerated": True})

    async def redraft(self, draft: Draft, transcript: Transcript, clock: Clock) -> Draft | None:
        """One more draft after the guard blocked `draft`; None if its second chance is used up or no usable draft came.

        It is not told why: the reason is about what the interviewer must not know.
        """
        if draft.regenerated or draft.usage is None:
            return None
        left = self._schedule.spoken_left(clock)
        again = self._prompt.fill("again", draft=neutralise(draft.text))
        where = f"## Your turn\nPhase: {self._schedule.name(clock.phase)}, {left} left in all. {again}"
        try:
            done = await self._ask(transcript, where)
        except ModelFailure as failure:
            return draft.model_copy(
                update={"usage": add(draft.usage, failure.usage), "error": failure.line(), "regenerated": True}
            )
        broken = violations(_said(done))
        usage = add(draft.usage, done.usage)
        if broken:
            return draft.model_copy(update={"usage": usage, "regenerated": True})
        return draft.model_copy(
            update={"text": _said(done), "area": _area(done), "usage": usage, "regenerated": True, "probe_id": None}
        )

    async def _worded(self, view: InterviewerView, base: Draft, occasion: Occasion, now: str) -> Draft:
        done = await self._ask(view.transcript, now)
        usage, regenerated = done.usage, False
        broken = violations(_said(done))
        if broken:
            regenerated = True
            complaint = self._prompt.fill("broken", draft=neutralise(_said(done)[:600]), broken="; ".join(broken))
            done = await self._second(view.transcript, f"{now}\n{complaint}", usage)
            usage = add(usage, done.usage)
            broken = violations(_said(done))
        if broken:
            note = f"house rules: {'; '.join(broken)}"
            return base.model_copy(update={"usage": usage, "error": note, "regenerated": True})
        return self._draft(view, base, occasion, done, usage, regenerated=regenerated)

    async def _second(self, transcript: Transcript, now: str, spent: Usage) -> Completion:
        try:
            return await self._ask(transcript, now)
        except ModelFailure as failure:
            failure.usage = add(spent, failure.usage)
            raise

    def _draft(
        self, view: InterviewerView, base: Draft, occasion: Occasion, done: Completion, usage: Usage, *, regenerated: bool
    ) -> Draft:
        area, text = _area(done), _said(done)
        last = next((turn for turn in reversed(view.transcript) if turn.speaker == "candidate"), None)
        acts: dict[Occasion, InterviewerAct] = {
            "follow": "follow_up" if last is not None and area == last.area else "probe",
            "decline": "decline",
            "meta": "meta_reply",
        }
        fallback = base.text if base.act == "probe" else base.fallback
        return Draft(
            text=text,
            act=acts[occasion],
            fallback=fallback,
            probe_id=self._probe_ids.get(text),
            area=area,
            phase=base.phase,
            usage=usage,
            error=done.error,
            regenerated=regenerated,
        )

    async def _ask(self, transcript: Transcript, now: str) -> Completion:
        messages: tuple[Message, ...] = (self._system, user(f"{fenced_transcript(transcript)}\n\n{now}"))
        return await self._model.complete(messages, role="interviewer", schema=self._schema)

    def _now(self, view: InterviewerView, occasion: Occasion) -> str:
        covered = ", ".join(f"{self._names[area]} {state}" for area, state in view.coverage.items() if area in self._names)
        return self._prompt.fill(
            "now",
            phase=self._schedule.name(view.clock.phase),
            left=self._schedule.spoken_left(view.clock),
            coverage=covered,
            occasion=self._prompt.fill(occasion),
        )


class Turn(BaseModel):
    """What the model answers with."""

    say: str = Field(min_length=1)
    area: str


@lru_cache(maxsize=64)
def turn_schema(areas: tuple[AreaId, ...]) -> type[Turn]:
    """`Turn` with `area` closed to the brief's areas and "none"."""
    choice: Any = Literal[*areas, "none"]
    return create_model("InterviewerTurn", __base__=Turn, area=(choice, ...))


def _occasion(view: InterviewerView, base: Draft) -> Occasion | None:
    """What the model is to word, None where the words are fixed."""
    if view.command is not None or base.closing or "empty" in view.routing.acts:
        return None
    if base.act == "meta_reply":
        return "meta" if view.routing.meta in _WORDED_META else None
    if base.act not in _WORDED:
        return None
    return "decline" if base.act == "decline" else "follow"


def _said(done: Completion) -> str:
    return str(done.parsed.say).strip()


def _area(done: Completion) -> AreaId | None:
    area: AreaId | None = None if done.parsed.area == "none" else done.parsed.area
    return area


def _brief_values(brief: Brief, settings: Settings) -> dict[str, str]:
    names = {phase.id: phase.name for phase in brief.phases}
    assessed = [area for area in brief.areas if not settings.areas or area.id in settings.areas]
    scale = settings.minutes / brief.minutes
    return {
        "title": brief.title,
        "company": brief.company,
        "product": brief.product,
        "level": settings.target_level,
        "phases": "\n".join(
            f"- {phase.name}: about {phase.minutes * scale:.0f} minutes, meant for {', '.join(phase.areas)}"
            for phase in brief.phases
        ),
        "areas": "\n".join(f"- {area.id}: {area.name}. {area.description}" for area in assessed),
        "probes": "\n".join(
            f"- ({names[probe.phase]}, {probe.area}) {probe.text}"
            for probe in brief.probes
            if not settings.areas or probe.area in settings.areas
        ),
        "max_words": str(MAX_WORDS),
        "area_ids": ", ".join(area.id for area in brief.areas),
    }
