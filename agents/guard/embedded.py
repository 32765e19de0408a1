"""The embedded guard: blocks a draft that states an undisclosed fact, or names or implies an unraised concept."""

from collections.abc import Iterable

from agents.dialogue import Transcript
from agents.encoder import SentenceEncoder
from agents.guard.artefact import Artefact, packaged_artefact
from agents.guard.hidden import hidden_of, markers
from agents.guard.protocol import Finding, Verdict
from agents.guard.reading import Reader, packaged_reader
from agents.guard.scorer import Scorer, Suspicion
from scenarios.facts import FactSheet
from scenarios.reference import Reference

VERBATIM = 0.9
"""Cosine from which a clause is a hidden line itself, but for a word or two."""
NAMED = 0.99
"""Weight from which a name that stands in a draft can't be a chance meeting of plain words."""
MAX_CHARS = 4000
"""A draft has at most 40 words; what lies beyond this is cut, and a draft that long breaks the house rules anyway."""


class EmbeddedGuard:
    """Deterministic; holds facts and reference; statistics fitted on labelled turns that the repo holds."""

    def __init__(
        self,
        sheet: FactSheet,
        reference: Reference,
        encoder: SentenceEncoder,
        artefact: Artefact | None = None,
        reader: Reader | None = None,
    ) -> None:
        hidden = hidden_of(sheet, reference)
        chosen = artefact or packaged_artefact()
        self.threshold = chosen.threshold
        self._markers = markers(line for item in hidden for line in item.lines)
        self._scorer = Scorer(hidden, encoder, reader or packaged_reader(), chosen)

    def review(self, draft: str, transcript: Transcript, released: frozenset[str]) -> Verdict:
        """Judge `draft` given what was said and the ids of facts already released."""
        findings = self.assess(draft, transcript, released)
        score = min(1.0, sum(finding.score for finding in findings))
        blocked = score >= self.threshold
        strongest = max((finding.score for finding in findings), default=0.0)
        over = tuple(finding for finding in findings if finding.score >= min(strongest, self.threshold))
        return Verdict(blocked=blocked, findings=over if blocked else (), score=score)

    def assess(self, draft: str, transcript: Transcript, released: frozenset[str]) -> tuple[Finding, ...]:
        """The strongest suspicion of each kind, whether or not it is enough to block; chances of different kinds add up."""
        suspicions = self._scorer.suspicions(draft[:MAX_CHARS], transcript, released)
        return (*self._canaries(draft, transcript), *map(_finding, suspicions))

    def _canaries(self, draft: str, transcript: Transcript) -> Iterable[Finding]:
        """Codes from the hidden texts that nobody has said: no draft holds one by chance."""
        heard = markers(turn.text for turn in transcript)
        for marker in sorted(markers([draft]) & self._markers - heard):
            yield Finding(kind="canary", id=marker, score=1.0, how=f"stated '{marker}'")


def _finding(suspicion: Suspicion) -> Finding:
    certain = not suspicion.raised and (suspicion.near >= VERBATIM or suspicion.named >= NAMED)
    fact = suspicion.secret.kind == "fact"
    how = ("stated" if suspicion.number else "paraphrased") if fact else ("named" if suspicion.named else "implied")
    return Finding(kind=suspicion.secret.kind, id=suspicion.secret.id, score=1.0 if certain else suspicion.score, how=how)
