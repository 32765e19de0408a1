"""The conversation loop: reads what a person enters, runs the commands, shows the replies, and survives every way of stopping."""

from typing import Literal

from agents.dialogue import clean
from cli.input import Entered, Source, entries
from cli.view import View
from graphs.session import LiveSession

Stopped = Literal["over", "paused"]
MAX_CHARS = 200_000


class Conversation:
    """One sitting of one session."""

    def __init__(self, session: LiveSession, origin: Source, view: View) -> None:
        self._session = session
        self._origin = origin
        self._view = view

    async def run(self, *, resumed: bool) -> Stopped:
        """Talk until the interview is over or the person stops."""
        transcript = await self._session.catch_up()
        if resumed:
            self._view.note(f"Resuming after {len(transcript)} turns; the last of them:")
        for turn in transcript[-4:] if resumed else transcript:
            self._view.turn(turn)
        if self._session.over:
            return "over"
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
        await self._say("", 0.0, "end")
        return "over"

    async def _take(self, entered: Entered) -> Stopped | None:
        text = clean(entered.text).strip()
        if len(text) > MAX_CHARS:
            self._view.note(f"That is more than {MAX_CHARS:,} characters; only the first {MAX_CHARS:,} are taken.")
            text = text[:MAX_CHARS]
        word = text.split()[0].lower() if text.startswith("/") else ""
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

    async def _say(self, text: str, seconds: float, command: str | None = None) -> Stopped | None:
        for turn in await self._session.say(text, seconds, command):  # type: ignore[arg-type]
            self._view.turn(turn)
        return "over" if self._session.over else None

    def _clock(self) -> None:
        if self._origin.interactive and not self._session.over:
            self._view.clock(self._session.clock, self._session.schedule)
