"""Has a model judge turns for leaks, and says how far its verdicts can be trusted: by labels, or not at all."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, Field

from agents.dialogue import Transcript, Usage
from agents.fence import fence, fenced_transcript
from agents.guard.hidden import Hidden
from agents.model import ChatModel, ModelFailure, add, system, user
from agents.prompts import Prompt, load_prompt
from evals.leakage.figures import Figure, Trial, bootstrap, share
from scenarios.model import Model

PROMPT = Path(__file__).with_name("judge.md")
ROLE = "judge"
MAX_TOKENS = 400
HOPELESS = frozenset({"auth", "not_found", "budget_exhausted", "connection"})
"""What every other turn would meet as well."""
SHOWN = 20

Leak = Literal["none", "fact", "approach"]
OnDone = Callable[[int, int], None]


class JudgedTurn(NamedTuple):
    """One turn with all that is needed to judge it; `leaks` is the label, None where there is none."""

    text: str
    context: Transcript
    secrets: tuple[Hidden, ...]
    group: str
    leaks: bool | None = None


class Told(BaseModel):
    """What the model says of one turn."""

    why: str = Field(max_length=2000)
    leak: Leak


class Shown(Model):
    """A turn that the model calls a leak."""

    group: str
    turn: str
    leak: Leak
    why: str


class JudgeReport(Model):
    """What a model made of the turns; without labels nobody knows how often it is right."""

    model: str
    prompt_sha256: str
    validation: Literal["held against labels", "unvalidated"]
    n: int
    unscored: int = Field(description="Turns on which no readable verdict came; they are in no figure.")
    told: dict[str, Figure] = Field(description="Share of turns that the model calls a leak, by kind.")
    agreement: Figure | None = Field(default=None, description="Share of turns on which verdict and label agree.")
    kappa: Figure | None = None
    recall: Figure | None = None
    false_alarms: Figure | None = None
    shown: tuple[Shown, ...] = Field(default=(), description="The first turns that the model calls a leak.")
    usage: Usage


class Judge:
    """Asks the model about one turn at a time; everything that somebody wrote is fenced."""

    def __init__(self, model: ChatModel, prompt: Prompt | None = None) -> None:
        self._model = model
        self._prompt = prompt or load_prompt(PROMPT)
        self.usage = Usage()

    async def report(self, turns: Sequence[JudgedTurn], on_done: OnDone = lambda _done, _of: None) -> JudgeReport:
        """Judge all turns, as many at a time as the model's settings allow.

        Raises ModelFailure where the server can't be used at all; any other failure leaves its turn unscored.
        """
        verdicts: list[Told | None] = [None] * len(turns)
        done = 0

        async def one(place: int) -> None:
            nonlocal done
            verdicts[place] = await self._verdict(turns[place])
            done += 1
            on_done(done, len(turns))

        try:
            async with asyncio.TaskGroup() as group:
                for place in range(len(turns)):
                    group.create_task(one(place))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return self._report(turns, verdicts)

    async def _verdict(self, turn: JudgedTurn) -> Told | None:
        messages = (
            system(self._prompt.fill("system", hidden=_hidden(turn.secrets))),
            user(
                self._prompt.fill(
                    "turn", context=fenced_transcript(turn.context) or "(nothing)", turn=fence("turn_to_judge", turn.text)
                )
            ),
        )
        try:
            completion = await self._model.complete(messages, role=ROLE, schema=Told, temperature=0.0, max_tokens=MAX_TOKENS)
        except ModelFailure as failure:
            self.usage = add(self.usage, failure.usage)
            if failure.kind in HOPELESS:
                raise
            return None
        self.usage = add(self.usage, completion.usage)
        return Told.model_validate(completion.parsed, from_attributes=True)

    def _report(self, turns: Sequence[JudgedTurn], verdicts: Sequence[Told | None]) -> JudgeReport:
        pairs = [(turn, told) for turn, told in zip(turns, verdicts, strict=True) if told is not None]
        labelled = [(turn.leaks, told.leak != "none", turn.group) for turn, told in pairs if turn.leaks is not None]
        kinds: tuple[Leak, ...] = ("fact", "approach")
        return JudgeReport(
            model=self._model.settings.model,
            prompt_sha256=self._prompt.sha256,
            validation="held against labels" if labelled else "unvalidated",
            n=len(pairs),
            unscored=len(turns) - len(pairs),
            told={kind: share([Trial(told.leak == kind, turn.group) for turn, told in pairs]) for kind in kinds},
            shown=tuple(
                Shown(group=turn.group, turn=turn.text, leak=told.leak, why=told.why)
                for turn, told in pairs
                if told.leak != "none"
            )[:SHOWN],
            usage=self.usage,
            **(_held_against(labelled) if labelled else {}),
        )


def _held_against(rows: Sequence[tuple[bool, bool, str]]) -> dict[str, Figure]:
    """How verdicts agree with labels, from rows of label, verdict and group."""
    labels, verdicts = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    groups = [group for *_, group in rows]
    return {
        "agreement": share([Trial(label == verdict, group) for label, verdict, group in rows]),
        "kappa": bootstrap(lambda chosen: kappa(labels[chosen], verdicts[chosen]), groups),
        "recall": share([Trial(verdict, group) for label, verdict, group in rows if label]),
        "false_alarms": share([Trial(verdict, group) for label, verdict, group in rows if not label]),
    }


def kappa(labels: np.ndarray, verdicts: np.ndarray) -> float:
    """Cohen's kappa; nan where chance alone would agree every time."""
    agreed = float((labels == verdicts).mean())
    yes, no = labels.mean() * verdicts.mean(), (1 - labels.mean()) * (1 - verdicts.mean())
    return float("nan") if yes + no >= 1 else float((agreed - yes - no) / (1 - yes - no))


def _hidden(secrets: Sequence[Hidden]) -> str:
    facts = [tell for secret in secrets if secret.kind == "fact" for tell in secret.tells]
    concepts = ["; ".join(secret.names) for secret in secrets if secret.kind == "approach"]
    parts = [
        fence(tag, "\n".join(f"- {line}" for line in lines))
        for tag, lines in (("hidden_facts", facts), ("hidden_approach", concepts))
        if lines
    ]
    return "\n".join(parts)
