"""Puts recalled points into a simulated candidate's words: plain, terse, verbose or rambling, with its flourishes."""

from collections.abc import Sequence

from agents.candidate.draws import Draws
from agents.candidate.memory import first_sentence
from agents.candidate.profile import Profile, Whim
from agents.candidate.speech import Speech
from agents.dialogue import Transcript

GIBBERISH_WORDS = (3, 22)


class Wording:
    """How one candidate talks; `turn` numbers the turn, so that the same turn always comes out the same."""

    def __init__(self, profile: Profile, speech: Speech, draws: Draws) -> None:
        self._profile = profile
        self._speech = speech
        self._draws = draws

    def statement(self, turn: int, points: Sequence[str]) -> str:
        """The points as this candidate would put them; each point's first sentence stays verbatim."""
        match self._profile.delivery:
            case "terse":
                spoken = " ".join(first_sentence(text) for text in points)
            case "verbose":
                spoken = " ".join(f"{text} {self._line(self._speech.padding, turn, 'pad', n)}" for n, text in enumerate(points))
            case "rambling":
                spoken = " ".join(
                    f"{self._line(self._speech.wandering, turn, 'wander', n)} {text}" for n, text in enumerate(points)
                )
            case "plain":
                spoken = " ".join(
                    [
                        points[0],
                        *(f"{self._line(self._speech.joins, turn, 'join', n)} {text}" for n, text in enumerate(points[1:])),
                    ]
                )
        return spoken

    def adorned(self, turn: int, text: str, *, after_point: bool) -> str:
        """`text` with this candidate's flourishes around it; only a point can be taken back."""
        chances = self._profile.flourishes
        if self._draws.uniform("flatter", turn) < chances.get("flatter", 0.0):
            text = f"{self._line(self._speech.flatter, turn, 'flattery')} {text}"
        if after_point and self._draws.uniform("contradict", turn) < chances.get("contradict", 0.0):
            text = f"{text} {self._line(self._speech.contradict, turn, 'contradiction')}"
        if after_point and self._draws.uniform("fish_after", turn) < chances.get("fish_after", 0.0):
            text = f"{text} {self._line(self._speech.fish_after, turn, 'fishing')}"
        return text

    def whim(self, turn: int, kind: Whim, transcript: Transcript) -> str:
        """A turn that holds nothing of the design."""
        match kind:
            case "silent" | "hint_command":
                return ""
            case "gibberish":
                return self._gibberish(turn)
            case "copy":
                return next((said.text for said in reversed(transcript) if said.speaker == "interviewer"), "")
            case "foreign":
                return self._line(self._speech.foreign, turn, kind)
            case "inject":
                return self._line(self._speech.inject, turn, kind)
            case "fish":
                return self._line(self._speech.fish, turn, kind)

    def _gibberish(self, turn: int) -> str:
        low, high = GIBBERISH_WORDS
        length = low + int(self._draws.uniform("length", turn) * (high - low))
        return " ".join(self._word(turn, position) for position in range(length))

    def _word(self, turn: int, position: int) -> str:
        syllables = 1 + int(self._draws.uniform("syllables", turn, position) * 3)
        return "".join(self._draws.choice(self._speech.syllables, "syllable", turn, position, n) for n in range(syllables))

    def _line(self, lines: Sequence[str], *names: object) -> str:
        return self._draws.choice(lines, *names)
