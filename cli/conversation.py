"""The conversation loop: reads what a person enters, runs the commands, shows the replies, and survives every way of stopping."""

from collections.abc import Awaitable, Callable
from typing import Literal

from agents.cast import Cast
from agents.dialogue import Transcript, clean
from agents.model import ModelFailure
from cli.input import Entered, Source, entries
from cli.view import View
from graphs.session import LiveSession

Stopped = Literal["over", "paused", "failed"]
MAX_CHARS = 200_000
WAYS_ON = "What you said is kept: /retry to try again, /embedded to go on without the model, /pause to stop here."


class Conversation:
    """One sitting of one session."""

    def __init__(self, session: LiveSession, origin: Source, view: View, *, embedded: Callable[[], Cast] | None = None) -> None:
        """`embedded` makes the cast to go on with when a model fails and the person has had enough of it."""
        self._session = session
        self._origin = origin
        self._view = view
        self._embedded = embedded
        self._stuck = False

    async def run(self, *, resumed: bool, opened: bool = False) -> Stopped:
        """Talk until the interview is over, the person stops, or (without a person to ask) a model fails.

        `opened`: the opening is on the screen already.
        """
        try:
            transcript = await self._session.catch_up()
        except ModelFailure as failure:
            transcript = await self._session.look()
            self._tell(failure)
        if resumed:
            self._view.note(f"Resuming after {len(transcript)} turns; the last of them:")
        for turn in transcript[-4:] if resumed else transcript[int(opened) :]:
            self._view.turn(turn)
        if self._session.over:
            return "over"
        if self._stuck and not self._origin.interactive:
            return "failed"
        self._clock()
        try:
            return await self._loop()
        except KeyboardInterrupt:
            return "paused"

    async def _loop(self) -> Stopped:
        async for entered in entries(self._origin):
            done = await self._take(entered)
            if done:
                return done
            self._clock()
        if self._origin.interactive:
            return "paused"
        return await self._say("", 0.0, "end") or "over"

    async def _take(self, entered: Entered) -> Stopped | None:
        text = clean(entered.text).strip()
        if len(text) > MAX_CHARS:
            self._view.note(f"That is more than {MAX_CHARS:,} characters; only the first {MAX_CHARS:,} are taken.")
            text = text[:MAX_CHARS]
        word = text.split()[0].lower() if text.startswith("/") else ""
        if self._stuck and word not in {"/pause", "/help", "/time"}:
            return await self._unstick(word)
        match word:
            case "/time":
                self._view.note(f"About {self._session.schedule.spoken_left(self._session.clock)} left.")
            case "/help":
                self._view.help()
            case "/pause":
                return "paused"
            case "/board":
                return await self._board(entered.seconds)
            case "/hint" | "/next" | "/end":
                return await self._say("", entered.seconds, word[1:])
            case _ if word and len(text.split()) == 1:
                self._view.note(f"There is no command {word}; /help lists them.")
            case _:
                return await self._say(text, entered.seconds)
        return None

    async def _board(self, seconds: float) -> Stopped | None:
        drawn = self._origin.board()
        if drawn is None:
            self._view.note("The board is empty; nothing was added.")
            return None
        return await self._say(drawn, seconds)

    async def _unstick(self, word: str) -> Stopped | None:
        """What the person chose after a failure; anything else only says again what there is to choose."""
        if word == "/embedded" and self._embedded is not None:
            await self._session.recast(self._embedded())
        elif word != "/retry":
            self._view.note(WAYS_ON)
            return None
        self._stuck = False
        return await self._hear(self._session.retry())

    async def _say(self, text: str, seconds: float, command: str | None = None) -> Stopped | None:
        return await self._hear(self._session.say(text, seconds, command))  # type: ignore[arg-type]

    async def _hear(self, answer: Awaitable[Transcript]) -> Stopped | None:
        try:
            turns = await answer
        except ModelFailure as failure:
            await self._session.look()
            self._tell(failure)
            return None if self._origin.interactive else "failed"
        for turn in turns:
            error = self._session.error_of(turn)
            if error:
                self._view.note(f"({error})")
            self._view.turn(turn)
        return "over" if self._session.over else None

    def _tell(self, failure: ModelFailure) -> None:
        self._stuck = True
        self._view.note(f"The model failed: {failure.line()}.")
        if self._origin.interactive:
            self._view.note(WAYS_ON)

    def _clock(self) -> None:
        if self._origin.interactive and not self._session.over:
            self._view.clock(self._session.clock, self._session.schedule)
