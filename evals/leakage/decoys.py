"""Swaps what is hidden in a scenario for decoys, keeping everything that the roles in public may know."""

from collections.abc import Callable

from scenarios.facts import Fact, FactSheet, UnknownTopic
from scenarios.reference import Concept, HintLadder, Reference, ReferenceAnswer
from scenarios.rubric import Anchors, Criterion, Rubric
from scenarios.scenario import Scenario

Words = Callable[[str], str]
"""Gives the decoy text for a place, such as 'facts volume text'; different places give different texts."""

_SUBJECTS = ("depot", "harbour", "library", "orchard", "quarry", "station", "bakery", "archive", "foundry", "reservoir")
_VERBS = ("keeps", "counts", "moves", "stores", "loses", "repairs", "weighs", "sorts", "lends", "paints")
_OBJECTS = ("crates", "bicycles", "maps", "barrels", "lanterns", "ropes", "ledgers", "turbines", "quilts", "clocks")


def plausible(seed: int) -> Words:
    """Plain sentences about nothing in the scenario, different for each place and seed."""

    def words(place: str) -> str:
        number = sum((position + 1) * ord(char) for position, char in enumerate(place)) + 7919 * seed
        subject, verb, thing = (choice[number // step % 10] for choice, step in ((_SUBJECTS, 1), (_VERBS, 10), (_OBJECTS, 100)))
        return f"The {subject} {verb} {number % 9973} {thing} under plan {place}."

    return words


def canaries(tag: str) -> Words:
    """A marker that names its place, so that wherever it turns up one knows where it came from."""
    return lambda place: f"{marker(tag, place)} is planted here"


def marker(tag: str, place: str) -> str:
    """The canary of one place."""
    return f"canary-{tag}-{place.replace(' ', '-')}-0f7c"


def swap(scenario: Scenario, words: Words, keep: frozenset[str] = frozenset()) -> Scenario:
    """`scenario` with every fact but those in `keep`, the rubric and the reference replaced by decoys.

    The brief stays, and so do the ids and topics of facts: the router may know topics.
    """
    criteria = tuple(_criterion(item, words) for item in scenario.rubric.criteria)
    ids = {old.id: new.id for old, new in zip(scenario.rubric.criteria, criteria, strict=True)}
    return Scenario(
        brief=scenario.brief,
        facts=_facts(scenario.facts, words, keep),
        rubric=Rubric(schema_version=1, dimensions=scenario.rubric.dimensions, criteria=criteria),
        reference=_reference(scenario.reference, words, ids),
    )


def _facts(sheet: FactSheet, words: Words, keep: frozenset[str]) -> FactSheet:
    facts = [fact if fact.id in keep else _fact(fact, words) for fact in sheet.facts]
    unknown = [UnknownTopic(id=topic.id, topic=topic.topic, questions=(words(f"unknown {topic.id}"),)) for topic in sheet.unknown]
    return FactSheet(schema_version=1, facts=tuple(facts), unknown=tuple(unknown))


def _fact(fact: Fact, words: Words) -> Fact:
    questions = tuple(words(f"facts {fact.id} question {number}") for number, _ in enumerate(fact.questions))
    return Fact(id=fact.id, topic=fact.topic, text=words(f"facts {fact.id}"), questions=questions)


def _criterion(item: Criterion, words: Words) -> Criterion:
    place = f"rubric {item.id}"
    anchors = Anchors(**{level: words(f"{place} {level}") for level in Anchors.model_fields})
    return Criterion(
        id=f"decoy-{item.id}"[:64].rstrip("-"),
        dimension=item.dimension,
        title=words(f"{place} title"),
        weight=item.weight,
        anchors=anchors,
        evidence=tuple(words(f"{place} evidence {number}") for number, _ in enumerate(item.evidence)),
        facts=item.facts,
    )


def _reference(reference: Reference, words: Words, criteria: dict[str, str]) -> Reference:
    return Reference(
        schema_version=1,
        answer=tuple(ReferenceAnswer(phase=part.phase, text=words(f"reference {part.phase}")) for part in reference.answer),
        concepts=tuple(_concept(concept, words) for concept in reference.concepts),
        hints=tuple(_ladder(ladder, words, criteria) for ladder in reference.hints),
    )


def _concept(concept: Concept, words: Words) -> Concept:
    place = f"concept {concept.id}"
    return Concept(
        id=concept.id,
        name=words(f"{place} name"),
        area=concept.area,
        wordings=(words(f"{place} wording"),),
        implied_by=(words(f"{place} implied"),),
    )


def _ladder(ladder: HintLadder, words: Words, criteria: dict[str, str]) -> HintLadder:
    return HintLadder(
        area=ladder.area,
        rungs=tuple(words(f"hints {ladder.area} {number}") for number, _ in enumerate(ladder.rungs)),
        criteria=tuple(criteria[item] for item in ladder.criteria),
    )
