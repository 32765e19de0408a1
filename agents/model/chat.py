"""The chat model that every LLM role speaks through: accounts for each call and returns a usable reply or a failure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from agents.model.abilities import Abilities, AbilityBook, Structured, after_rejection
from agents.model.cache import Kept, ReplyCache, request_key
from agents.model.failure import FailureKind, ModelFailure
from agents.model.ledger import NOTHING, Budget, Ledger, add
from agents.model.messages import Completion, Message, assistant, user
from agents.model.retry import with_retries
from agents.model.settings import ModelSettings
from agents.model.structured import read, response_format, with_instruction, without_thinking
from agents.model.wire import Call, OnText, Reply, Wire

REPAIRABLE: frozenset[FailureKind] = frozenset({"malformed", "wrong_schema", "truncated", "empty"})
QUOTED_CHARS = 4000
_SHARED_BOOK = AbilityBook()


@dataclass(frozen=True)
class Ask:
    """What one `complete` was asked for."""

    messages: tuple[Message, ...]
    role: str
    schema: type[BaseModel] | None
    on_text: OnText | None
    temperature: float | None
    max_tokens: int | None
    sample: int
    repairs: int


class Greeting(BaseModel):
    """What `detect` asks for: no model says it in this form by itself, so a reply that fits was made to fit."""

    greeting: Literal["hello"]


class ChatModel:
    """One model on one server; make one for each `ModelSettings` and share it among interviews through `for_interview`."""

    def __init__(
        self,
        settings: ModelSettings,
        *,
        ledger: Ledger | None = None,
        cache: ReplyCache | None = None,
        book: AbilityBook | None = None,
        seed: int | None = None,
    ) -> None:
        self.settings = settings
        self.ledger = ledger if ledger is not None else Ledger(Budget(usd=settings.budget_usd, tokens=settings.budget_tokens))
        self._cache = cache
        self._book = book if book is not None else _SHARED_BOOK
        self._rng = random.Random(seed)
        self._wire = Wire(settings)

    def __repr__(self) -> str:
        return f"ChatModel({self.settings.model!r} at {self.settings.base_url!r})"

    @property
    def abilities(self) -> Abilities:
        """What the server is known to be able to do, for the record."""
        return self._book.get(self.settings.base_url, self.settings.model)

    def for_interview(self, ledger: Ledger | None = None) -> "ChatModel":
        """The same model, connections and limits, spending on an interview's own ledger: a child of this one's by default."""
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view.ledger = ledger if ledger is not None else self.ledger.child()
        return view

    async def detect(self) -> Abilities:
        """Find out now, by one small call, what the server can do; raises `ModelFailure`.

        Nobody has to call it: any call with a schema finds out as it goes. `interview doctor` and batches may want to know first.
        """
        await self.complete([user("Say hello.")], role="doctor", schema=Greeting, max_tokens=64)
        return self.abilities

    async def aclose(self) -> None:
        """Close the running loop's connections; they close by themselves when the loop shuts down."""
        await self._wire.aclose()

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        role: str,
        schema: type[BaseModel] | None = None,
        stream: OnText | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        sample: int = 0,
        repairs: int = 1,
    ) -> Completion:
        """A usable reply to `messages`; raises `ModelFailure` and nothing else.

        `role` is who pays in the ledger. With `schema`, `parsed` is a validated instance of it. `stream` hears the text so
        far. `temperature` and `max_tokens` override the settings. `sample` tells repeated gradings apart in the reply cache.
        `repairs` is how often an unusable reply (never a refusal) is asked for again.
        """
        ask = Ask(
            tuple(messages),
            role,
            schema,
            stream,
            self.settings.temperature if temperature is None else temperature,
            self.settings.max_tokens if max_tokens is None else max_tokens,
            sample,
            repairs,
        )
        kept = self._kept(ask)
        if kept is not None:
            return kept
        try:
            completion = await self._ask(ask)
        except ModelFailure as failure:
            self.ledger.count_failure(role, failure.kind)
            raise
        if self._cache is not None:
            reply = Kept(text=completion.text, finish_reason=completion.finish_reason, structured=completion.structured)
            self._cache.put(self._key(ask), reply)
        return completion

    async def _ask(self, ask: Ask) -> Completion:
        """Ask, and ask again where the reply is unusable and repairs are left."""
        spent, first_error = NOTHING, None
        turns, limit = ask.messages, ask.max_tokens
        for left in range(ask.repairs, -1, -1):
            try:
                reply, mode = await self._send(ask, turns, limit)
                spent = add(spent, reply.usage)
                parsed = self._usable(reply, ask.schema, mode)
            except ModelFailure as failure:
                failure.usage = spent = add(spent, failure.usage)
                if left == 0 or failure.kind not in REPAIRABLE or (failure.kind == "truncated" and ask.schema is None):
                    raise
                first_error = failure.kind
                turns = (*ask.messages, *_second_try(failure))
                limit = limit * 2 if limit is not None and failure.kind == "truncated" else limit
                continue
            return Completion(
                text=without_thinking(reply.text),
                parsed=parsed,
                usage=spent,
                finish_reason=reply.finish_reason,
                error=first_error,
                model=self.settings.model,
                structured=mode,
            )
        msg = "unreachable: the last round returns or raises"
        raise AssertionError(msg)

    async def _send(self, ask: Ask, turns: tuple[Message, ...], limit: int | None) -> tuple[Reply, Structured | None]:
        """One reply, with retries, and again with one ability less for as long as the server turns one down."""
        spent = NOTHING
        while True:
            abilities = self.abilities
            mode = abilities.structured if ask.schema is not None else None
            call = self._call(ask, turns, limit, abilities)
            try:
                reply = await self._send_paid(ask.role, call)
            except ModelFailure as failure:
                failure.usage = spent = add(spent, failure.usage)
                less = after_rejection(abilities, failure, used=mode, sent_temperature=call.temperature is not None)
                if less is None:
                    raise
                self._remember(less)
                continue
            reply.usage = add(spent, reply.usage)
            return reply, mode

    def _call(self, ask: Ask, turns: tuple[Message, ...], limit: int | None, abilities: Abilities) -> Call:
        temperature = ask.temperature if abilities.temperature else None
        if ask.schema is None:
            return Call(turns, None, temperature, limit, ask.on_text)
        mode = abilities.structured
        return Call(with_instruction(turns, ask.schema, mode), response_format(ask.schema, mode), temperature, limit, ask.on_text)

    async def _send_paid(self, role: str, call: Call) -> Reply:
        """One reply with retries; each request is checked against the budget before it goes out and charged when it is back."""
        failed = NOTHING

        async def once() -> Reply:
            nonlocal failed
            most = call.estimated_input, call.max_tokens or 0
            hold = self.ledger.hold(sum(most), self.settings.cost(most[0], 0, most[1]))
            usage, estimated = NOTHING, False
            try:
                reply = await self._wire.send(call)
                usage, estimated = reply.usage, reply.estimated
            except ModelFailure as failure:
                usage = failure.usage
                failed = add(failed, usage)
                raise
            finally:  # a cancelled request gives back what was set aside
                self.ledger.settle(hold, role, usage, estimated=estimated)
            return reply

        try:
            reply = await with_retries(once, self.settings, self._rng)
        except ModelFailure as failure:
            failure.usage = failed
            failure.tried(failed.calls)
            raise
        reply.usage = add(failed, reply.usage)
        return reply

    def _usable(self, reply: Reply, schema: type[BaseModel] | None, mode: Structured | None) -> BaseModel | None:
        """The parsed reply, None without a schema. Raises `ModelFailure` with the reply's text for what cannot be used."""
        text = without_thinking(reply.text)
        if reply.refusal or reply.finish_reason == "content_filter":
            raise ModelFailure("refusal", "the model declined to answer")
        if reply.wrong_role:
            raise ModelFailure("malformed", "the server's reply is not in the assistant's role", text=text)
        if not text and reply.finish_reason != "length":
            raise ModelFailure("empty", "the model's reply is empty")
        if schema is None:
            if reply.finish_reason == "length":
                raise ModelFailure("truncated", "the model's reply was cut off at its length limit", text=text)
            return None
        return self._parsed(reply, text, schema, mode)

    def _parsed(self, reply: Reply, text: str, schema: type[BaseModel], mode: Structured | None) -> BaseModel:
        try:
            parsed = read(text, schema)
        except ModelFailure as failure:
            failure.text = text
            if reply.finish_reason == "length":
                raise ModelFailure("truncated", "the model's reply was cut off at its length limit", text=text) from None
            if failure.kind == "malformed" and "{" not in text and mode in {"json_schema", "json_object"}:
                # Prose under a JSON-only request: the server takes the field and ignores it.
                self._remember(self.abilities.model_copy(update={"structured": "tagged", "detected": True}))
            raise
        if not self.abilities.detected:
            self._remember(self.abilities.model_copy(update={"detected": True}))
        return parsed

    def _remember(self, abilities: Abilities) -> None:
        self._book.put(self.settings.base_url, self.settings.model, abilities)

    def _kept(self, ask: Ask) -> Completion | None:
        """The reply from the cache if it is there and still fits."""
        kept = self._cache.get(self._key(ask)) if self._cache is not None else None
        if kept is None:
            return None
        try:
            parsed = read(kept.text, ask.schema) if ask.schema is not None else None
        except ModelFailure:
            return None
        self.ledger.count_hit(ask.role)
        if ask.on_text:
            ask.on_text(kept.text)
        return Completion(
            text=kept.text,
            parsed=parsed,
            finish_reason=kept.finish_reason,
            cached=True,
            model=self.settings.model,
            structured=kept.structured,
        )

    def _key(self, ask: Ask) -> str:
        request: dict[str, Any] = {
            "base_url": self.settings.base_url,
            "model": self.settings.model,
            "messages": [message.model_dump() for message in ask.messages],
            "temperature": ask.temperature,
            "max_tokens": ask.max_tokens,
            "schema": ask.schema.model_json_schema() if ask.schema is not None else None,
            "sample": ask.sample,
        }
        return request_key(request)


def _second_try(failure: ModelFailure) -> tuple[Message, ...]:
    """What to add to the conversation after an unusable reply."""
    if failure.kind == "truncated":
        return (user("Your answer was cut off. Answer again, complete but shorter."),)
    if failure.kind == "empty" or not failure.text:
        return ()
    wrong = failure.detail or "it is not one readable JSON object"
    return (
        assistant(failure.text[:QUOTED_CHARS]),
        user(f"That answer cannot be used: {wrong}. Answer again in the required form only."),
    )
