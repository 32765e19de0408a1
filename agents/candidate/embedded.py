"""The embedded simulated candidate: recalls points by cue, asks, and shows its profile's habits; the same seed says the same."""

from agents.candidate.draws import Draws
from agents.candidate.material import Ask, Material
from agents.candidate.memory import Memory, first_sentence, flat, focus_of, heard
from agents.candidate.profile import Profile, Whim
from agents.candidate.protocol import CandidateTurn, CandidateView
from agents.candidate.recall import by_activation, chance_of_any, retrieval_probability
from agents.candidate.speech import Speech, load_speech
from agents.candidate.wording import Wording
from agents.dialogue import Transcript, words
from agents.encoder import SentenceEncoder
from scenarios.names import PhaseId

LAST_PHASE: PhaseId = "evaluate"
MAX_HINTS = 3
SHORT_OF_TIME = 120.0
ASKS_WHEN_BLANK = 0.5


class EmbeddedCandidate:
    """Keeps nothing between turns: what it says follows from its seed and the transcript alone, so it can be forked anywhere."""

    def __init__(
        self,
        material: Material,
        profile: Profile,
        encoder: SentenceEncoder,
        *,
        seed: int,
        session: str,
        speech: Speech | None = None,
        luck: str = "",
    ) -> None:
        """`luck` draws the chances of each turn anew for the same person (what it knows stays)."""
        self._material = material
        self._profile = profile
        self._speech = speech or load_speech()
        self._draws = Draws("turn", seed, session, luck)
        self._memory = Memory(material, profile, encoder, Draws("person", seed, session))
        self._wording = Wording(profile, self._speech, self._draws)

    async def speak(self, view: CandidateView) -> CandidateTurn:
        """The next turn: a closing word, a whim, a question, points that came to mind, or that nothing did."""
        turn = len(view.transcript)
        if view.seconds_left <= 0:
            return self._said(view, self._draws.choice(self._speech.out_of_time, "over", turn))
        whim = self._whim(view)
        if whim == "hint_command":
            return CandidateTurn(text="", seconds=self._profile.pause_seconds, command="hint")
        if whim is not None:
            return self._said(view, self._wording.whim(turn, whim, view.transcript))
        return self._said_or_ended(view)

    def raise_probabilities(self, view: CandidateView) -> dict[str, float]:
        """Probability that the next turn raises each concept not raised yet, over the chances of the turn, not of the person."""
        activations = self._memory.activations(view)
        raised = {concept for point in self._memory.said(view.transcript) for concept in point.concepts}
        open_points = self._memory.unsaid(view.transcript)
        hidden = sorted({concept for point in open_points for concept in point.concepts} - raised)
        talks = self._statement_share(view)
        return {
            concept: talks * chance_of_any(activations, self._raising(concept), self._profile.points_per_turn)
            for concept in hidden
        }

    def _raising(self, concept: str) -> frozenset[str]:
        return frozenset(point.id for point in self._material.points if concept in point.concepts)

    def _statement_share(self, view: CandidateView) -> float:
        if view.seconds_left <= 0:
            return 0.0
        asking = self._profile.asks.get(view.phase, 0.0) * (1 - self._profile.mixes) if self._open_asks(view) else 0.0
        return (1 - sum(self._whims(view).values())) * (1 - asking)

    def _whims(self, view: CandidateView) -> dict[Whim, float]:
        whims = dict(self._profile.whims)
        if sum("hint" in turn.acts for turn in view.transcript) >= MAX_HINTS:
            whims.pop("hint_command", None)
        return whims

    def _whim(self, view: CandidateView) -> Whim | None:
        draw = self._draws.uniform("whim", len(view.transcript))
        for kind, share in self._whims(view).items():
            if draw < share:
                return kind
            draw -= share
        return None

    def _said_or_ended(self, view: CandidateView) -> CandidateTurn:
        turn = len(view.transcript)
        asks = self._open_asks(view)
        asking = bool(asks) and self._draws.uniform("ask", turn) < self._profile.asks.get(view.phase, 0.0)
        if asking and self._draws.uniform("mix", turn) >= self._profile.mixes:
            return self._asked(view, asks[0], "")
        points = self._recalled(view)
        if points:
            statement = self._opened(view, self._wording.statement(turn, points))
            if asking:
                return self._asked(view, asks[0], statement)
            return self._said(view, self._wording.adorned(turn, statement, after_point=True))
        if asks and (asking or self._draws.uniform("blank", turn) < ASKS_WHEN_BLANK * bool(self._profile.asks.get(view.phase))):
            return self._asked(view, asks[0], "")
        return self._nothing(view)

    def _recalled(self, view: CandidateView) -> list[str]:
        turn = len(view.transcript)
        retrieved = [
            item.id
            for item in by_activation(self._memory.activations(view))
            if self._draws.uniform("retrieve", turn, item.id) < retrieval_probability(item.activation)
        ]
        points = [self._memory.point(item) for item in retrieved[: self._profile.points_per_turn]]
        return [point.wording(self._profile.skill[point.area]) for point in points]

    def _open_asks(self, view: CandidateView) -> list[Ask]:
        """Questions not asked yet: those of the areas in focus first, else in this candidate's own order."""
        said = flat(" ".join(turn.text for turn in view.transcript if turn.speaker == "candidate"))
        focus = focus_of(view, self._profile)
        left = [ask for ask in self._material.asks if flat(ask.text) not in said]
        return sorted(left, key=lambda ask: (ask.area not in focus, self._draws.uniform("order", ask.text)))

    def _asked(self, view: CandidateView, ask: Ask, statement: str) -> CandidateTurn:
        text = " ".join(part for part in (statement, ask.text) if part)
        return self._said(view, self._wording.adorned(len(view.transcript), text, after_point=False), hurry=0.5)

    def _nothing(self, view: CandidateView) -> CandidateTurn:
        """Says that nothing comes to mind; after some such turns moves on to the next part, and in the last one stops."""
        turn = len(view.transcript)
        left = self._memory.unsaid(view.transcript)
        if self._last_own(view.transcript) in self._speech.finished:
            return CandidateTurn(text="", seconds=0.0, command="end")
        if self._blanks(view) >= self._profile.patience and left and view.phase != LAST_PHASE:
            text = self._draws.choice(self._speech.next_part, "next", turn)
            return self._said(view, text, hurry=0.0).model_copy(update={"command": "next"})
        if self._blanks(view) >= self._profile.patience or not left:
            return self._said(view, self._draws.choice(self._speech.finished, "finished", turn), hurry=0.0)
        text = self._draws.choice(self._speech.blank[focus_of(view, self._profile)[0]], "blank line", turn)
        return self._said(view, self._wording.adorned(turn, text, after_point=False))

    def _blanks(self, view: CandidateView) -> int:
        """How many of the candidate's latest turns in this phase, in a row, said that nothing came to mind."""
        blanks = [line for lines in self._speech.blank.values() for line in lines]
        count = 0
        for turn in reversed([turn for turn in view.transcript if turn.speaker == "candidate"]):
            if turn.phase != view.phase or not any(line in turn.text for line in blanks):
                break
            count += 1
        return count

    def _last_own(self, transcript: Transcript) -> str:
        return next((turn.text for turn in reversed(transcript) if turn.speaker == "candidate"), "")

    def _opened(self, view: CandidateView, statement: str) -> str:
        """The statement after a word on the time, on the move to a new phase, or on an answer just heard."""
        turn = len(view.transcript)
        said = [turn.text for turn in view.transcript if turn.speaker == "candidate"]
        latest = heard(view.transcript)
        hurried = any(first_sentence(text) in self._speech.short_of_time for text in said)
        if view.seconds_left < SHORT_OF_TIME and not hurried:
            opening = self._draws.choice(self._speech.short_of_time, "short", turn)
        elif any("transition" in item.acts for item in latest):
            opening = self._draws.choice(self._speech.moving_on, "moving", turn)
        elif any(item.speaker == "facts" for item in latest):
            opening = self._draws.choice(self._speech.thanks, "thanks", turn)
        else:
            return statement
        return f"{opening} {statement}"

    def _said(self, view: CandidateView, text: str, *, hurry: float = 1.0) -> CandidateTurn:
        """The turn with its time: the words at this candidate's pace, and a pause for thinking and drawing before them."""
        pause = self._profile.pause_seconds * hurry * (0.5 + self._draws.uniform("pause", len(view.transcript)))
        return CandidateTurn(text=text, seconds=round(words(text) / self._profile.words_per_second + pause, 1))
