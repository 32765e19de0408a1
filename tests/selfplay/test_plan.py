"""A plan's episodes have one order and seeds of their own."""

from pathlib import Path

from agents.record import ScenarioStamp
from evals.selfplay import spec_for
from tests.selfplay.makers import sample_plan


def test_the_order_in_which_profiles_are_named_does_not_matter(tmp_path: Path) -> None:
    one = sample_plan(tmp_path, profiles=("ic6", "ic4", "ic6"))
    other = sample_plan(tmp_path, profiles=("ic4", "ic6"))
    assert one.specs == other.specs
    assert len(one.specs) == 6


def test_an_episode_keeps_its_seed_when_others_join(tmp_path: Path) -> None:
    few = {spec.session_id for spec in sample_plan(tmp_path, episodes=2, profiles=("ic6",)).specs}
    many = {spec.session_id for spec in sample_plan(tmp_path, episodes=5, profiles=("ic4", "ic6")).specs}
    assert few < many


def test_seeds_and_session_ids_differ_between_episodes_and_follow_the_batch_seed() -> None:
    stamp = ScenarioStamp(id="sample", sha256="0" * 64)
    specs = [spec_for(stamp, profile, episode, seed) for profile in ("a", "b") for episode in range(50) for seed in (1, 2)]
    assert len({spec.seed for spec in specs}) == len({spec.session_id for spec in specs}) == 200
    assert spec_for(stamp, "a", 0, 1) == spec_for(stamp, "a", 0, 1)


def test_another_version_of_the_scenario_is_another_session() -> None:
    one, other = (spec_for(ScenarioStamp(id="sample", sha256=digit * 64), "a", 0, 1) for digit in "01")
    assert one.seed == other.seed
    assert one.session_id != other.session_id
