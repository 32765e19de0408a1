"""Selects the facts that one question asks for, or says why none is given."""

from collections.abc import Sequence

from agents.encoder import SentenceEncoder
from agents.facts.compound import parts
from agents.facts.features import Asked
from agents.facts.gate import MAX_FACTS, FactsSettings, decide
from agents.facts.index import Holding, SheetIndex
from agents.facts.model import Judgement, SelectorModel
from agents.facts.protocol import Answer
from agents.facts.screen import screen
from agents.facts.tokens import PieceEncoder
from agents.facts.unclear import guesses, points_only


class Selector:
    """Deterministic: the same question to the same sheet gives the same ids, whatever was asked before."""

    def __init__(
        self, holding: Holding, encoder: SentenceEncoder, pieces: PieceEncoder, model: SelectorModel, settings: FactsSettings
    ) -> None:
        self._index = SheetIndex.build(holding, encoder, pieces)
        self._pieces = pieces
        self._model = model
        self._settings = settings

    def select(self, question: str) -> Answer:
        """The outcome for one standalone question, released facts most likely first; never raises on any text."""
        screened = screen(question)
        if screened:
            return Answer(question=question, outcome=screened)
        if points_only(question) or not any(character.isalnum() for character in question):
            return Answer(question=question, outcome="be_specific")
        decision = decide(self.judge(question), self._settings)
        if decision.rows and guesses(question, self._index.all_words[decision.rows[0]]):
            return Answer(question=question, outcome="be_specific", confidence=1 - decision.confidence)
        ids = tuple(self._index.entries[row].id for row in decision.rows)
        return Answer(question=question, outcome=decision.outcome, fact_ids=ids, confidence=decision.confidence)

    def select_all(self, questions: Sequence[str]) -> tuple[Answer, ...]:
        """Outcomes in the order asked; once three facts are out, what would release more is left for another turn.

        A turn that asks for everything gets nothing, whatever else it names.
        """
        answers: list[Answer] = []
        released: set[str] = set()
        greedy = any(screen(asked) == "which_part" for asked in questions)
        for question in (part for asked in questions for part in parts(asked)):
            answer = self.select(question)
            if answer.fact_ids and (greedy or len(released | set(answer.fact_ids)) > MAX_FACTS):
                answer = Answer(question=question, outcome="which_part")
            released |= set(answer.fact_ids)
            answers.append(answer)
        return tuple(answers)

    def held(self, question: str) -> Asked:
        """The question held against the sheet."""
        return Asked(question, self._pieces.encode(question), self._index)

    def judge(self, question: str) -> Judgement:
        """The probabilities behind a selection."""
        return self._model.judge(self.held(question))
