"""Chooses a scenario that fits a person's wishes, and says in one line why."""

import random
from collections.abc import Sequence

from agents.encoder import SentenceEncoder
from agents.intake.problems import ProblemFinder
from agents.intake.profile import Profile
from agents.intake.techniques import techniques_named
from scenarios.catalog import Card
from scenarios.loader import ScenarioError
from scenarios.model import Model

SAME_PROBLEM = 0.52
"""Cosine from which a wording counts as the same problem: too strict repeats a problem, too loose only narrows the choice."""


class Choice(Model):
    """The scenario to sit and the reason, in one line."""

    scenario: str
    why: str


def choose(
    cards: Sequence[Card], profile: Profile, encoder: SentenceEncoder, *, seed: int = 0, worked: Sequence[str] = ()
) -> Choice:
    """Pick among the scenarios that are neither excluded nor avoided; those never sat come first."""
    excluded = excluded_ids(cards, profile.excluded, encoder)
    avoided = avoided_ids(cards, profile.avoid, encoder)
    open_cards = [card for card in cards if card.id not in excluded | avoided]
    if not open_cards:
        raise ScenarioError("every scenario is excluded or avoided: name one with --scenario, or drop an --exclude or --avoid")
    fresh = [card for card in open_cards if card.id not in worked] or open_cards
    longest = max(card.minutes for card in fresh)
    fresh = [card for card in fresh if card.minutes == longest]
    picked = random.Random(seed).choice(sorted(fresh, key=lambda card: card.id))
    return Choice(scenario=picked.id, why=_why(picked, profile, excluded, avoided, worked))


def excluded_ids(cards: Sequence[Card], excluded: Sequence[str], encoder: SentenceEncoder) -> set[str]:
    """Ids of the scenarios that `excluded`, ids or wordings, mean."""
    known = {card.id for card in cards}
    meant = known & set(excluded)
    wordings = [text for text in excluded if text.strip() and text not in known]
    if wordings:
        finder = ProblemFinder(cards, encoder)
        for wording in wordings:
            meant |= finder.meant_by(wording) or _nearest(cards, wording, encoder)
    return meant


def _nearest(cards: Sequence[Card], wording: str, encoder: SentenceEncoder) -> set[str]:
    """The card that comes nearest to a wording which names none outright, if it comes near enough."""
    vector = encoder.encode([wording])[0]
    best = {card.id: float((encoder.encode([card.title, card.summary, *card.aliases]) @ vector).max()) for card in cards}
    return {card for card, similarity in best.items() if similarity == max(best.values()) and similarity >= SAME_PROBLEM}


def avoided_ids(cards: Sequence[Card], avoid: Sequence[str], encoder: SentenceEncoder) -> set[str]:
    """Ids of the scenarios that rely on a technique to be avoided, named by id or in other words."""
    unwanted = set(avoid)
    for text in avoid:
        unwanted |= set(techniques_named(text.replace("-", " "), encoder))
    return {card.id for card in cards if unwanted & {*card.techniques, *card.tags}}


def _why(card: Card, profile: Profile, excluded: set[str], avoided: set[str], worked: Sequence[str]) -> str:
    reasons = []
    if excluded:
        reasons.append("none of the problems you have already worked through")
    if profile.avoid:
        reasons.append(f"not reliant on {' or '.join(technique.replace('-', ' ') for technique in profile.avoid)}")
    elif avoided:
        reasons.append("nothing you wish to avoid")
    if worked and card.id not in worked:
        reasons.append("new to you")
    because = "; ".join(reasons) or "picked from the whole library"
    return f"{card.title} ({card.company}): {because}."
