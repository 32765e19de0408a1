"""docs/scenarios.md is right: its problem makes a draft, its YAML fits the schema, and the commands it names exist."""

import re
from pathlib import Path

import pytest
import yaml

from cli.scenarios import app
from evals.authoring import Order, draft
from scenarios.brief import Probe
from scenarios.facts import Check, Fact
from scenarios.model import Model
from scenarios.reference import Concept
from scenarios.rubric import Criterion
from scenarios.scenario import Scenario

GUIDE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
MODELS: dict[str, type[Model]] = {
    "facts.facts": Fact,
    "facts.checks": Check,
    "brief.probes": Probe,
    "rubric.criteria": Criterion,
    "reference.concepts": Concept,
}
EXAMPLES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE, re.DOTALL)
TEXTS = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)


def drafted() -> Scenario:
    problem, notes = (next(text for text in TEXTS if text.startswith(start)) for start in ("# Parcel", "# Scale"))
    made = draft(Order(statement=problem, notes=notes))
    assert made.left_out == ()
    return made.scenario


def test_the_example_gives_a_draft_with_all_that_was_written() -> None:
    assert drafted().id == "parcel-locker-allocation"
    assert len(drafted().facts.facts) == 6
    assert drafted().brief.opening.startswith("A parcel company")


@pytest.mark.parametrize(("where", "text"), EXAMPLES, ids=[where for where, _ in EXAMPLES])
def test_each_yaml_example_fits_its_place(where: str, text: str) -> None:
    assert [MODELS[where].model_validate(item) for item in yaml.safe_load(text)]


def test_every_part_of_the_schema_has_an_example() -> None:
    assert {where for where, _ in EXAMPLES} == set(MODELS)


def test_examples_can_be_pasted_into_the_draft() -> None:
    document = drafted().model_dump(mode="json")
    for where, text in EXAMPLES:
        part, field = where.split(".")
        if where != "facts.checks":
            document[part][field] = [*document[part][field], *yaml.safe_load(text)]
    Scenario.model_validate(document)


def test_commands_and_options_of_the_guide_exist() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert set(re.findall(r"interview scenarios (\w+)", GUIDE)) <= known


def test_the_number_of_criteria_is_the_one_that_the_guide_states() -> None:
    assert f"The {len(drafted().rubric.criteria)} criteria" in GUIDE
