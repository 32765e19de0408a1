"""Scores a turn for leaks by whole sentences, with weights and a cut that owe nothing to the shipped guard's."""

from agents.dialogue import Transcript
from agents.encoder import SentenceEncoder
from agents.guard.draft import own_pieces
from agents.guard.hidden import HiddenKind, hidden_of, markers
from agents.guard.said import Said
from evals.leakage.second.artefact import Artefact, Head, packaged_artefact
from evals.leakage.second.bound import at_most
from evals.leakage.second.evidence import ApproachEvidence, FactEvidence, Outline, Pieces
from scenarios.facts import FactSheet
from scenarios.reference import Reference

VERBATIM = 0.9
"""Cosine from which a piece is a hidden line itself, but for a word or two."""
NAMED = 0.99
"""Weight from which a name that stands in a turn can't be a chance meeting of plain words."""
Score = tuple[float, str | None]


class SecondScorer:
    """It shares with the guard how a turn is cut up and what counts as said, and neither the measurements nor the fit.

    The guard compares word pieces in one pass and was fitted on all labelled turns; this compares vectors of sentences,
    was fitted on `fit.jsonl` alone, and takes its cut from there.
    """

    def __init__(
        self, sheet: FactSheet, reference: Reference, encoder: SentenceEncoder, artefact: Artefact | None = None
    ) -> None:
        self._artefact = artefact or packaged_artefact()
        self._encoder = encoder
        hidden = hidden_of(sheet, reference)
        vocabulary = self._artefact.vocabulary
        self._markers = markers(line for item in hidden for line in item.lines)
        self._facts = FactEvidence([item for item in hidden if item.kind == "fact"], encoder, vocabulary)
        self._approach = ApproachEvidence([item for item in hidden if item.kind == "approach"], encoder, vocabulary)
        self.threshold = self._artefact.threshold

    def scores(
        self, text: str, before: Transcript, released: frozenset[str], *, exact_from: float = 0.0
    ) -> dict[HiddenKind, Score]:
        """How far the turn gives a fact away, and the approach, each from 0 to 1 with the secret that it points at.

        A score that can't reach `exact_from` may be given as an upper bound of it, which saves most of the time.
        """
        said = Said(before, self._encoder)
        pieces = Pieces(own_pieces(text, before), said, self._encoder, self._artefact)
        facts = self._facts.outline(pieces, [turn.text for turn in before], released)
        approach = self._approach.outline(pieces, said)
        found: dict[HiddenKind, Score] = {"fact": (0.0, None), "approach": (0.0, None)}
        for head, outline in ((self._artefact.fact, facts), (self._artefact.approach, approach)):
            suspect = outline.evidence.suspect
            if suspect is not None:
                found[suspect.kind] = (_score(head, outline, exact_from), suspect.id)
        return found | self._canaries(text, before)

    def _canaries(self, text: str, before: Transcript) -> dict[HiddenKind, Score]:
        """Codes from the hidden texts that nobody has said count as facts."""
        told = sorted(markers([text]) & self._markers - markers(turn.text for turn in before))
        return {"fact": (1.0, told[0])} if told else {}


def _score(head: Head, outline: Outline, exact_from: float) -> float:
    evidence = outline.evidence
    if evidence.closeness >= VERBATIM or evidence.figures.get("named", 0.0) >= NAMED:
        return 1.0
    before = outline.nearest_before
    bound = at_most(head, evidence.figures, before) if before is not None else 1.0
    return bound if bound < exact_from else head.probability(outline.complete().figures)
