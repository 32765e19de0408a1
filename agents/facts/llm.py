"""The LLM facts agent: a model picks ids from the sheet, code can only take away, and code renders the stored sentences."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from agents.dialogue import Usage
from agents.encoder import SentenceEncoder
from agents.facts.protocol import Answer, FactsAgent, FactsReply
from agents.facts.render import render
from agents.facts.screen import screen
from agents.fence import fence
from agents.model import ChatModel, Completion, FailureKind, ModelFailure, system, user
from agents.prompts import Prompt, load_prompt
from scenarios.facts import FactSheet

VERSION = "llm/1"
VERIFIED_VERSION = "embedded+llm-verify/1"
PROMPT = Path(__file__).with_name("prompt.md")
UNREADABLE: frozenset[FailureKind] = frozenset({"malformed", "wrong_schema", "truncated", "empty", "refusal", "too_large"})
MAX_QUESTIONS = 3
MAX_FACTS = 3
FAR_OFF = 0.2
"""Similarity below which a pick is taken away: 1 % of the library's own pairs lie below (n = 3,810), and 29 % of all others."""


class Pick(BaseModel):
    """What the model says of one question."""

    question: int
    status: Literal["answered", "not_on_sheet", "unclear"]
    ids: list[str]


class Picks(BaseModel):
    """What the model says of one turn."""

    answers: list[Pick] = Field(max_length=2 * MAX_QUESTIONS)


class LlmFactsAgent:
    """Holds the fact sheet and a model; no free text of the model leaves it."""

    def __init__(self, sheet: FactSheet, encoder: SentenceEncoder, model: ChatModel, prompt: Prompt | None = None) -> None:
        self._sheet = _Sheet(sheet, prompt or load_prompt(PROMPT))
        self._verifier = FarOff(sheet, encoder)
        self._model = model

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        """One call for all questions of a turn; raises `ModelFailure` if the server (not the reply) is at fault."""
        asked = questions[:MAX_QUESTIONS]
        screened = [_screened(question) for question in asked]
        to_ask = [number for number, answer in enumerate(screened) if answer is None]
        if not to_ask:
            return self._sheet.reply([answer for answer in screened if answer is not None], None)
        text = self._sheet.questions([asked[number] for number in to_ask])
        picks, usage = await self._sheet.picks(self._model, text)
        found = {number: self._verified(asked[number], picks, position) for position, number in enumerate(to_ask, start=1)}
        return self._sheet.reply([answer or found[number] for number, answer in enumerate(screened)], usage)

    def _verified(self, question: str, picks: Sequence[Pick] | None, number: int) -> Answer:
        mine = [pick for pick in picks or () if pick.question == number]
        if len(mine) != 1:
            return Answer(question=question, outcome="selector_error")
        pick = mine[0]
        ids = self._verifier.kept(question, tuple(dict.fromkeys(pick.ids)))[:MAX_FACTS]
        if pick.status == "answered" and ids:
            return Answer(question=question, outcome="answered", fact_ids=ids, confidence=1.0)
        honest = pick.status == "not_on_sheet" and not pick.ids
        return Answer(question=question, outcome="not_specified" if honest else "be_specific")


class VerifiedFactsAgent:
    """Another facts agent whose picks a model checks: it can take facts away and nothing else."""

    def __init__(self, sheet: FactSheet, inner: FactsAgent, model: ChatModel, prompt: Prompt | None = None) -> None:
        self._sheet = _Sheet(sheet, prompt or load_prompt(PROMPT))
        self._inner = inner
        self._model = model

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        """The inner agent's reply without the facts that the model takes away; one call if there are facts to check."""
        first = await self._inner.answer(questions)
        checked = [answer for answer in first.answers if answer.fact_ids]
        if not checked:
            return first
        picks, usage = await self._sheet.picks(self._model, self._sheet.proposal(checked))
        kept = {id(answer): _kept(answer, picks, number) for number, answer in enumerate(checked, start=1)}
        return self._sheet.reply([kept.get(id(answer), answer) for answer in first.answers], usage)


class FarOff:
    """Takes away picks that are about something else altogether, by sentence similarity."""

    def __init__(self, sheet: FactSheet, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._texts = {fact.id: (fact.text, *fact.questions) for fact in sheet.facts}
        texts = [text for lines in self._texts.values() for text in lines]
        encoder.encode_corpus(texts, f"facts-llm-{len(texts)}")

    def kept(self, question: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Those of `ids` that the question may be about."""
        if not ids:
            return ()
        own = self._encoder.encode([question])[0]
        return tuple(item for item in ids if float((self._encoder.encode(list(self._texts[item])) @ own).max()) >= FAR_OFF)


class _Sheet:
    """The sheet as prompt, schema and stored sentences."""

    def __init__(self, sheet: FactSheet, prompt: Prompt) -> None:
        self._stored = {fact.id: fact.text for fact in sheet.facts}
        self._prompt = prompt
        self._schema = picks_schema(tuple(self._stored))
        facts = "\n".join(f"- {fact.id} ({fact.topic}): {fact.text}" for fact in sheet.facts)
        unknown = "\n".join(f"- {topic.topic}" for topic in sheet.unknown) or "- (nothing listed)"
        self._system = system(prompt.fill("system", facts=facts, unknown=unknown))

    def questions(self, questions: Sequence[str]) -> str:
        return self._prompt.fill("questions", questions=_numbered(questions))

    def proposal(self, answers: Sequence[Answer]) -> str:
        lines = [
            self._prompt.fill("proposed", number=str(number), ids=", ".join(answer.fact_ids))
            for number, answer in enumerate(answers, start=1)
        ]
        questions = _numbered([answer.question for answer in answers])
        return self._prompt.fill("verify", questions="\n".join((questions, *lines)))

    async def picks(self, model: ChatModel, text: str) -> tuple[Sequence[Pick] | None, Usage]:
        """What the model picked, None if no readable pick came after a second try."""
        try:
            done: Completion = await model.complete((self._system, user(text)), role="facts", schema=self._schema, repairs=1)
        except ModelFailure as failure:
            if failure.kind not in UNREADABLE:
                raise
            return None, failure.usage
        return done.parsed.answers, done.usage

    def reply(self, answers: Sequence[Answer], usage: Usage | None) -> FactsReply:
        """The rendered reply, with at most `MAX_FACTS` facts in the turn."""
        room, trimmed = MAX_FACTS, []
        for answer in answers:
            ids = answer.fact_ids[:room]
            room -= len(ids)
            gone = answer.fact_ids and not ids
            trimmed.append(answer.model_copy(update={"fact_ids": ids} | ({"outcome": "be_specific"} if gone else {})))
        return render(trimmed, self._stored).model_copy(update={"usage": usage})


@lru_cache(maxsize=64)
def picks_schema(ids: tuple[str, ...]) -> type[Picks]:
    """`Picks` with ids closed to this sheet."""
    known: Any = Literal[ids]
    pick: Any = create_model("FactPick", __base__=Pick, ids=(list[known], ...))
    return create_model("FactPicks", __base__=Picks, answers=(list[pick], Field(max_length=2 * MAX_QUESTIONS)))


def _screened(question: str) -> Answer | None:
    """The outcome that code knows without a model, None if a model has to look."""
    outcome = screen(question)
    if outcome:
        return Answer(question=question, outcome=outcome)
    if not any(character.isalnum() for character in question):
        return Answer(question=question, outcome="be_specific")
    return None


def _kept(answer: Answer, picks: Sequence[Pick] | None, number: int) -> Answer:
    mine = [pick for pick in picks or () if pick.question == number]
    if len(mine) != 1:
        return Answer(question=answer.question, outcome="selector_error")
    ids = tuple(item for item in answer.fact_ids if item in mine[0].ids)
    if not ids:
        return Answer(question=answer.question, outcome="be_specific")
    return answer.model_copy(update={"fact_ids": ids})


def _numbered(questions: Sequence[str]) -> str:
    return "\n".join(fence("question", question, number=number) for number, question in enumerate(questions, start=1))
