"""The embedded guard: blocks a draft that states an undisclosed fact, or names or implies an unraised concept."""

from collections.abc import Iterable

from agents.dialogue import Transcript
from agents.encoder import SentenceEncoder
from agents.guard.artefact import Artefact, packaged_artefact
from agents.guard.draft import own_pieces
from agents.guard.evidence import ApproachEvidence, FactEvidence, Pieces
from agents.guard.hidden import hidden_of, markers
from agents.guard.protocol import Finding, Verdict
from agents.guard.said import Said
from scenarios.facts import FactSheet
from scenarios.reference import Reference

VERBATIM = 0.9
"""Cosine from which a piece is a hidden line itself, but for a word or two."""

MAX_CHARS = 4000
"""A draft has at most 40 words; what lies beyond this is cut, and a draft that long breaks the house rules anyway."""
NAMED = 0.99
"""Weight from which a name that stands in a draft can't be a chance meeting of plain words."""


class EmbeddedGuard:
    """Deterministic; holds facts and reference; statistics fitted on labelled turns that the repo holds."""

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

    def review(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Verdict:
        """Judge `draft` given what was said and the ids of facts already released."""
        findings = self.assess(draft, transcript, released)
        score = max((finding.score for finding in findings), default=0.0)
        over = tuple(finding for finding in findings if finding.score >= self._artefact.threshold)
        return Verdict(blocked=bool(over), findings=over, score=score)

    def assess(self, draft: str, transcript: Transcript, released: frozenset[str]) -> tuple[Finding, ...]:
        """The strongest suspicion of each kind, whether or not it is enough to block."""
        return (*self._canaries(draft, transcript), *self._leaks(draft, transcript, released))

    @property
    def threshold(self) -> float:
        """The score from which a draft is blocked."""
        return self._artefact.threshold

    def _leaks(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Iterable[Finding]:
        said = Said(transcript, self._encoder)
        pieces = Pieces(own_pieces(draft[:MAX_CHARS], transcript), said, self._encoder, self._artefact)
        facts = self._facts.measure(pieces, [turn.text for turn in transcript], released)
        approach = self._approach.measure(pieces, said)
        for head, evidence in ((self._artefact.fact, facts), (self._artefact.approach, approach)):
            if evidence.suspect is not None:
                certain = evidence.closeness >= VERBATIM or evidence.figures.get("named", 0.0) >= NAMED
                score = 1.0 if certain else head.probability(evidence.figures)
                yield Finding(kind=evidence.suspect.kind, id=evidence.suspect.id, score=score, how=evidence.how)

    def _canaries(self, draft: str, transcript: Transcript) -> Iterable[Finding]:
        """Codes from the hidden texts that nobody has said: no draft holds one by chance."""
        heard = markers(turn.text for turn in transcript)
        for marker in sorted(markers([draft]) & self._markers - heard):
            yield Finding(kind="canary", id=marker, score=1.0, how=f"stated '{marker}'")
