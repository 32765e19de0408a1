"""Pattern cards: one page for each modelling pattern that a reference draws on."""

from pathlib import Path

from scenarios.model import Model

FOLDER = Path(__file__).parent / "patterns"


class PatternCard(Model):
    """One card: its id, its title and its page in Markdown."""

    id: str
    title: str
    text: str


def pattern_ids() -> tuple[str, ...]:
    """Ids of all cards, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.md")))


def pattern_card(card_id: str) -> PatternCard:
    """The card with this id; raises KeyError naming what there is."""
    if card_id not in pattern_ids():
        raise KeyError(f"no pattern card '{card_id}': one of {', '.join(pattern_ids())}")
    text = (FOLDER / f"{card_id}.md").read_text(encoding="utf-8")
    return PatternCard(id=card_id, title=text.splitlines()[0].removeprefix("# "), text=text)
