"""The embedded facts agent: selects ids, gates them by expected cost, and lets code render the stored sentences."""

from agents.encoder import SentenceEncoder
from agents.facts.gate import FactsSettings
from agents.facts.index import Holding
from agents.facts.model import SelectorModel
from agents.facts.protocol import FactsReply
from agents.facts.render import render
from agents.facts.selector import Selector
from agents.facts.tokens import PieceEncoder, packaged_pieces
from scenarios.facts import FactSheet


class EmbeddedFactsAgent:
    """Deterministic and without a model call; holds the fact sheet and nothing else."""

    def __init__(
        self,
        sheet: FactSheet,
        encoder: SentenceEncoder,
        *,
        settings: FactsSettings | None = None,
        model: SelectorModel | None = None,
        pieces: PieceEncoder | None = None,
    ) -> None:
        self._stored = {fact.id: fact.text for fact in sheet.facts}
        self._selector = Selector(
            Holding.of(sheet), encoder, pieces or packaged_pieces(), model or SelectorModel.load(), settings or FactsSettings()
        )

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        """Answer standalone questions in order; once three facts are out, the rest are left for another turn."""
        return render(self._selector.select_all(questions), self._stored)
