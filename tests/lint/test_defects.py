"""Every kind of defect that can be planted in a scenario is found, and the library is clean."""

import copy
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.encoder import packaged_encoder
from agents.guard import EmbeddedGuard
from evals.lint import Finding, lint, lint_path
from evals.lint.meaning import meaning_findings
from evals.lint.numbers import number_findings
from evals.lint.structure import structure_findings
from scenarios.catalog import find
from scenarios.loader import library_ids
from scenarios.scenario import Scenario

Document = dict[str, Any]
BASE = "food-delivery-eta"


@functools.cache
def encoder() -> Any:
    return packaged_encoder()


@functools.cache
def clean_text() -> str:
    return find(BASE).scenario.model_dump_json()


def document() -> Document:
    return copy.deepcopy(Scenario.model_validate_json(clean_text()).model_dump(mode="json"))


def findings(scenario: Scenario, check: str) -> list[Finding]:
    """Only the family of checks that may find it, since the guard's judgement takes its time."""
    if check in {"similar-questions", "same-question", "unknown", "similar-probes", "anchors"}:
        return list(meaning_findings(scenario, encoder(), None))
    if check == "leak":
        guard = EmbeddedGuard(scenario.facts, scenario.reference, encoder())
        return list(meaning_findings(scenario, encoder(), guard))
    return [*structure_findings(scenario), *number_findings(scenario.facts)]


def facts(doc: Document) -> list[Any]:
    return doc["facts"]["facts"]  # type: ignore[no-any-return]


def quantity(doc: Document) -> Any:
    return next(fact["quantities"][0] for fact in facts(doc) if fact["quantities"] and fact["quantities"][0]["value"] > 1)


def tied(doc: Document) -> Any:
    """A quantity that a check uses."""
    used = " ".join(f"{check['left']} {check['right']}" for check in doc["facts"]["checks"]).split()
    return next(item for fact in facts(doc) for item in fact["quantities"] if item["name"] in used)


def drop_to(where: str, part: str, count: int) -> Callable[[Document], None]:
    def spoil(doc: Document) -> None:
        doc[where][part] = doc[where][part][:count]

    return spoil


def put(value: Any, *path: Any) -> Callable[[Document], None]:
    def spoil(doc: Document) -> None:
        place: Any = doc
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return spoil


def forget_facts(doc: Document) -> None:
    """Keep criteria valid when facts go."""
    for criterion in doc["rubric"]["criteria"]:
        criterion["facts"] = []
    doc["facts"]["checks"] = []


def few_facts(doc: Document) -> None:
    forget_facts(doc)
    doc["facts"]["facts"] = facts(doc)[:20]


def many_facts(doc: Document) -> None:
    extra = [dict(fact, id=f"again-{number}", quantities=[], questions=[]) for number, fact in enumerate(facts(doc)[:10])]
    doc["facts"]["facts"] = [*facts(doc), *extra]


def same_question(doc: Document) -> None:
    facts(doc)[1]["questions"][0] = facts(doc)[0]["questions"][0]


def unknown_is_answered(doc: Document) -> None:
    doc["facts"]["unknown"][0]["questions"][0] = facts(doc)[0]["questions"][0]


def similar_questions(doc: Document) -> None:
    facts(doc)[0]["questions"][1] = "So " + facts(doc)[0]["questions"][0].lower()


def wrong_value(doc: Document) -> None:
    quantity(doc)["value"] *= 3


def wrong_arithmetic(doc: Document) -> None:
    item = tied(doc)
    fact = next(fact for fact in facts(doc) if item in fact["quantities"])
    fact["text"] = fact["text"].replace(item["shown"], "987,654,321")
    item["shown"], item["value"] = "987,654,321", 987654321.0


def wrong_unit(doc: Document) -> None:
    tied(doc)["unit"] = "banana"


def nonsense_unit(doc: Document) -> None:
    tied(doc)["unit"] = "per / / day"


def division_by_zero(doc: Document) -> None:
    doc["facts"]["checks"][0]["left"] = f"{tied(doc)['name']} / 0"


def two_sentences(doc: Document) -> None:
    facts(doc)[3]["text"] += " The office has a view of the harbour."


def two_clauses(doc: Document) -> None:
    facts(doc)[3]["text"] = facts(doc)[3]["text"].rstrip(".") + "; the office has a view of the harbour."


def probe_names_concept(doc: Document) -> None:
    concept = doc["reference"]["concepts"][0]
    doc["brief"]["probes"][0]["text"] = f"How would {concept['wordings'][0]} help you here?"


def probe_implies_concept(doc: Document) -> None:
    doc["brief"]["probes"][0]["text"] = next(
        line for item in doc["reference"]["concepts"] for line in item["implied_by"] if line.count("?") == 1
    )


def probe_states_fact(doc: Document) -> None:
    doc["brief"]["probes"][0]["text"] = facts(doc)[0]["text"].rstrip(".") + ", so what would you do?"


def entry_names_concept(doc: Document) -> None:
    doc["brief"]["phases"][1]["entry"] = f"Would {doc['reference']['concepts'][1]['wordings'][0]} be your next step?"


def opening_names_concept(doc: Document) -> None:
    doc["brief"]["opening"] += f" Think of {doc['reference']['concepts'][0]['wordings'][0]}."


def title_names_concept(doc: Document) -> None:
    doc["brief"]["title"] += f" with {doc['reference']['concepts'][0]['wordings'][0]}"


def twin_probes(doc: Document) -> None:
    doc["brief"]["probes"][1]["text"] = doc["brief"]["probes"][0]["text"]


def no_probe_for_area(doc: Document) -> None:
    doc["brief"]["probes"] = [probe for probe in doc["brief"]["probes"] if probe["area"] != "metrics"]


def no_probe_for_phase(doc: Document) -> None:
    doc["brief"]["probes"] = [probe for probe in doc["brief"]["probes"] if probe["phase"] != "design"]


def no_room(doc: Document) -> None:
    for phase in doc["brief"]["phases"]:
        phase["areas"] = [area for area in phase["areas"] if area != "metrics"] or ["navigation"]


def same_anchors(doc: Document) -> None:
    anchors = doc["rubric"]["criteria"][0]["anchors"]
    anchors["ic6"] = anchors["ic5"]


def adjective_anchor(doc: Document) -> None:
    doc["rubric"]["criteria"][0]["anchors"]["ic7"] = "An excellent, very deep answer."


def empty_dimension(doc: Document) -> None:
    doc["rubric"]["criteria"] = [item for item in doc["rubric"]["criteria"] if item["dimension"] != "leadership"]
    known = {item["id"] for item in doc["rubric"]["criteria"]}
    for ladder in doc["reference"]["hints"]:
        ladder["criteria"] = [item for item in ladder["criteria"] if item in known] or [doc["rubric"]["criteria"][0]["id"]]


def no_ladder(doc: Document) -> None:
    doc["reference"]["hints"] = [ladder for ladder in doc["reference"]["hints"] if ladder["area"] != "data"]


def short_ladder(doc: Document) -> None:
    doc["reference"]["hints"][0]["rungs"] = doc["reference"]["hints"][0]["rungs"][:2]


def few_criteria(doc: Document) -> None:
    doc["rubric"]["criteria"] = doc["rubric"]["criteria"][:10]
    for ladder in doc["reference"]["hints"]:
        ladder["criteria"] = [doc["rubric"]["criteria"][0]["id"]]


QUESTION = "What would you do?"
DEFECTS: dict[str, tuple[str, str, Callable[[Document], None]]] = {
    "too few facts": ("counts", "facts", few_facts),
    "too many facts": ("counts", "facts", many_facts),
    "too few questions": ("counts", "questions", put(["How many?"], "facts", "facts", 0, "questions")),
    "too few unknown topics": ("counts", "unknown", drop_to("facts", "unknown", 5)),
    "too few criteria": ("counts", "criteria", few_criteria),
    "too little evidence": ("counts", "evidence", put(["One."], "rubric", "criteria", 0, "evidence")),
    "an empty dimension": ("counts", "dimensions.leadership", empty_dimension),
    "too few probes": ("counts", "probes", drop_to("brief", "probes", 20)),
    "a long opening": ("counts", "opening", put("word " * 120 + "Where do you start?", "brief", "opening")),
    "too few concepts": ("counts", "concepts", drop_to("reference", "concepts", 6)),
    "too few wordings": ("counts", "wordings", put(["one"], "reference", "concepts", 0, "wordings")),
    "nothing that implies a concept": ("counts", "implied_by", put([], "reference", "concepts", 0, "implied_by")),
    "a question of two facts": ("same-question", "questions", same_question),
    "an unknown topic that a fact answers": ("unknown", "questions", unknown_is_answered),
    "questions nearly the same": ("similar-questions", "questions", similar_questions),
    "a value unlike its text": ("numbers", "quantities", wrong_value),
    "contradictory numbers": ("arithmetic", "checks", wrong_arithmetic),
    "a wrong unit": ("units", "checks", wrong_unit),
    "no unit at all": ("units", "quantities", nonsense_unit),
    "a division by zero": ("arithmetic", "checks", division_by_zero),
    "two sentences in a fact": ("two-facts", "text", two_sentences),
    "two clauses in a fact": ("two-facts", "text", two_clauses),
    "a probe that names a concept": ("leak", "probes", probe_names_concept),
    "a probe that implies a concept": ("leak", "probes", probe_implies_concept),
    "a probe that states a fact": ("leak", "probes", probe_states_fact),
    "an entry that names a concept": ("leak", "entry", entry_names_concept),
    "an opening that names a concept": ("leak", "opening", opening_names_concept),
    "a title that names a concept": ("leak", "title", title_names_concept),
    "two probes alike": ("similar-probes", "probes", twin_probes),
    "a probe with two questions": ("house-rules", "probes", put("What? And why?", "brief", "probes", 0, "text")),
    "a probe without a question": ("house-rules", "probes", put("Go on.", "brief", "probes", 0, "text")),
    "a probe that praises": ("house-rules", "probes", put("Great answer! What next?", "brief", "probes", 0, "text")),
    "a probe that confirms": ("house-rules", "probes", put("That's right. What next?", "brief", "probes", 0, "text")),
    "a long probe": ("house-rules", "probes", put("So " * 41 + "what next?", "brief", "probes", 0, "text")),
    "an entry without a question": ("house-rules", "entry", put("Let's move on.", "brief", "phases", 1, "entry")),
    "an area without a probe": ("room", "areas.metrics", no_probe_for_area),
    "a phase without a probe": ("room", "phases.design", no_probe_for_phase),
    "criteria without room": ("room", "criteria", no_room),
    "anchors alike": ("anchors", "anchors", same_anchors),
    "an anchor of adjectives": ("anchors", "anchors.ic7", adjective_anchor),
    "no hint ladder": ("hints", "hints.data", no_ladder),
    "a short hint ladder": ("hints", "hints", short_ladder),
    "a thin reference answer": ("reference", "answer", put("Do it well.", "reference", "answer", 0, "text")),
    "a phase without a reference answer": ("reference", "answer", drop_to("reference", "answer", 2)),
    "no alternatives": ("reference", "alternatives", put([], "reference", "alternatives")),
    "an unknown pattern card": ("patterns", "patterns", put(["no-such-card"], "reference", "patterns")),
}


@pytest.mark.parametrize("scenario", library_ids())
def test_the_library_is_clean(scenario: str) -> None:
    assert [finding.line() for finding in lint(find(scenario).scenario, encoder())] == []


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found_with_its_field(name: str) -> None:
    check, field, spoil = DEFECTS[name]
    doc = document()
    spoil(doc)
    found = findings(Scenario.model_validate(doc), check)
    assert any(item.check == check and field in item.field for item in found), [item.line() for item in found]


SCHEMA_DEFECTS: dict[str, Callable[[Document], None]] = {
    "minutes that don't add up": put(50, "brief", "minutes"),
    "a wrong type": put("many", "brief", "phases", 0, "minutes"),
    "an unknown field": put(1, "brief", "colour"),
    "an id twice": put("eta-again", "facts", "facts"),
    "a criterion naming no fact": put(["nothing"], "rubric", "criteria", 0, "facts"),
    "a path as an id": put("../up", "brief", "id"),
    "a check naming no quantity": put("nothing_at_all", "facts", "checks", 0, "left"),
    "text unlike its quantity": put("No number here.", "facts", "facts", 1, "text"),
}


@pytest.mark.parametrize("name", SCHEMA_DEFECTS)
def test_a_scenario_that_does_not_load_is_one_finding_with_its_field(name: str, tmp_path: Path) -> None:
    doc = document()
    if name == "text unlike its quantity":
        number = next(index for index, fact in enumerate(facts(doc)) if fact["quantities"])
        facts(doc)[number]["text"] = "No number here."
    else:
        SCHEMA_DEFECTS[name](doc)
    path = tmp_path / "scenario.yaml"
    path.write_text(yaml.safe_dump(doc))
    (found,) = lint_path(path, encoder())
    assert found.check == "schema"
    assert found.field != "(whole)"


def test_there_are_more_than_forty_planted_defects() -> None:
    assert len(DEFECTS) + len(SCHEMA_DEFECTS) > 40
