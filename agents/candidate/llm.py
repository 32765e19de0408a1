"""The LLM simulated candidate: a model speaks as the profile would, code draws when it asks and when a whim takes it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from agents.candidate.draws import Draws
from agents.candidate.profile import Delivery, Profile, Whim
from agents.candidate.protocol import CandidateTurn, CandidateView
from agents.candidate.speech import load_speech
from agents.candidate.wording import Wording
from agents.dialogue import Command, words
from agents.fence import fenced_transcript
from agents.model import ChatModel, Message, system, user
from agents.prompts import Prompt, load_prompt

VERSION = "llm/1"
PROMPT = Path(__file__).with_name("prompt.md")
MAX_HINTS = 3
MAX_WORDS: dict[Delivery, int] = {"plain": 120, "terse": 30, "verbose": 220, "rambling": 180}
_DELIVERY: dict[Delivery, str] = {
    "plain": "You talk plainly, a few sentences at a time.",
    "terse": "You give one clipped sentence at a time.",
    "verbose": "You say everything at length and make several points at once.",
    "rambling": "You wander off before you come to the point.",
}


class Spoken(BaseModel):
    """What the model answers with."""

    say: str
    move: Literal["go_on", "next", "end"]


class LlmCandidate:
    """Holds a profile and a model; sees the opening and the transcript. Habits are drawn as the embedded candidate's are."""

    def __init__(self, profile: Profile, model: ChatModel, *, seed: int, session: str, prompt: Prompt | None = None) -> None:
        self._profile = profile
        self._model = model
        self._prompt = prompt or load_prompt(PROMPT)
        self._draws = Draws("turn", seed, session, "")
        self._wording = Wording(profile, load_speech(), self._draws)
        self._system = system(self._prompt.fill("system", **_persona(profile)))

    async def speak(self, view: CandidateView) -> CandidateTurn:
        """The next turn; raises `ModelFailure`."""
        turn = len(view.transcript)
        whim = self._whim(view) if view.seconds_left > 0 else None
        if whim == "hint_command":
            return CandidateTurn(text="", seconds=self._profile.pause_seconds, command="hint")
        if whim is not None:
            return self._timed(turn, self._wording.whim(turn, whim, view.transcript))
        now = self._prompt.fill(
            "now", phase=view.phase, left=f"{view.seconds_left / 60:.0f}", ask=self._prompt.fill(self._intent(view))
        )
        messages: tuple[Message, ...] = (self._system, user(f"{fenced_transcript(view.transcript)}\n\n{now}"))
        done = await self._model.complete(messages, role="candidate", schema=Spoken, repairs=2)
        return self._turn(view, done.parsed).model_copy(update={"usage": done.usage})

    def _turn(self, view: CandidateView, spoken: Spoken) -> CandidateTurn:
        """Words and move; a turn without words moves on, so that an interview can't stand still."""
        turn = len(view.transcript)
        said = " ".join(spoken.say.split()[: 2 * MAX_WORDS[self._profile.delivery]])
        moves: dict[str, Command | None] = {"go_on": None if said else "next", "next": "next", "end": "end"}
        text = self._wording.adorned(turn, said, after_point=spoken.move == "go_on") if said else ""
        return self._timed(turn, text).model_copy(update={"command": moves[spoken.move]})

    def _intent(self, view: CandidateView) -> str:
        turn = len(view.transcript)
        if view.seconds_left <= 0:
            return "over"
        if self._draws.uniform("ask", turn) >= self._profile.asks.get(view.phase, 0.0):
            return "point"
        return "both" if self._draws.uniform("mix", turn) < self._profile.mixes else "question"

    def _whim(self, view: CandidateView) -> Whim | None:
        draw = self._draws.uniform("whim", len(view.transcript))
        hinted = sum("hint" in turn.acts for turn in view.transcript) >= MAX_HINTS
        for kind, share in self._profile.whims.items():
            if kind == "hint_command" and hinted:
                continue
            if draw < share:
                return kind
            draw -= share
        return None

    def _timed(self, turn: int, text: str) -> CandidateTurn:
        pause = self._profile.pause_seconds * (0.5 + self._draws.uniform("pause", turn))
        return CandidateTurn(text=text, seconds=round(words(text) / self._profile.words_per_second + pause, 1))


def _persona(profile: Profile) -> dict[str, str]:
    habits = [_DELIVERY[profile.delivery], f"You make about {profile.points_per_turn} points in a turn."]
    if profile.jumps_to:
        habits.append(f"You are drawn to {profile.jumps_to} from the first minute.")
    if profile.forgets:
        habits.append(f"You do not think of {', '.join(profile.forgets)} unless you are asked.")
    return {
        "description": profile.description,
        "skill": "\n".join(f"- {area}: {level}" for area, level in profile.skill.items()),
        "habits": " ".join(habits),
        "max_words": str(MAX_WORDS[profile.delivery]),
    }
