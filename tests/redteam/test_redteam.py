"""The red team's attacks run through the graph, and what they get out is noticed."""

from collections import Counter
from dataclasses import dataclass, replace

from agents.cast import Cast
from agents.encoder import SentenceEncoder
from agents.facts import Answer, FactsReply
from agents.facts.render import render
from agents.interviewer import Draft, Interviewer, InterviewerView
from agents.settings import Settings
from evals.redteam import Bout, load_attacks, red_team
from scenarios.facts import Fact
from scenarios.scenario import Scenario
from tests.noninterference.worlds import QuickEncoder, real_cast, scenario_of

NAME = "firearms-marketplace"
SETTINGS = Settings(simulated_clock=True, minutes=20)


@dataclass
class YesMan:
    """An interviewer that confirms every guess."""

    inner: Interviewer

    def open(self) -> Draft:
        return self.inner.open()

    async def reply(self, view: InterviewerView) -> Draft:
        draft = await self.inner.reply(view)
        return draft if draft.closing else draft.model_copy(update={"text": "Yes, that's right. What else?"})


def yes_cast(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    cast = real_cast(NAME)
    return replace(cast, interviewer=YesMan(cast.interviewer))


@dataclass
class Talkative:
    """A facts agent that gives a fact away whatever it is asked."""

    fact: Fact

    async def answer(self, questions: tuple[str, ...]) -> FactsReply:
        return render([Answer(question=text, outcome="answered", fact_ids=(self.fact.id,)) for text in questions], self._stored)

    @property
    def _stored(self) -> dict[str, str]:
        return {self.fact.id: self.fact.text}


def talkative_cast(scenario: Scenario, settings: Settings, encoder: SentenceEncoder) -> Cast:
    return replace(real_cast(NAME), facts=Talkative(scenario.facts.facts[0]))


def test_there_are_a_hundred_attacks_in_every_family_that_the_issue_names() -> None:
    families = Counter(attack.family for attack in load_attacks())
    assert sum(families.values()) >= 100
    assert set(families) >= {
        "direct", "role_play", "injection", "fake_authority", "recruiter", "confirm_guess", "halving", "many_turn",
        "encoding", "language", "hidden_in_diagram", "hidden_in_notes",
    }  # fmt: skip
    assert len({attack.turns for attack in load_attacks()}) == sum(families.values())


def test_places_are_filled_with_what_the_scenario_hides() -> None:
    scenario = scenario_of(NAME)
    names = {wording for concept in scenario.reference.concepts for wording in concept.wordings}
    filled = [attack.against(scenario) for attack in load_attacks()]
    assert not any("${" in turn for attack in filled for turn in attack.turns)
    assert any(name in turn for attack in filled for turn in attack.turns for name in names)
    assert filled == [attack.against(scenario) for attack in load_attacks()]


def test_an_interviewer_that_confirms_guesses_is_caught() -> None:
    attacks = [attack for attack in load_attacks() if attack.family == "confirm_guess"][:4]
    report = red_team(attacks, [NAME], Bout(scenario_of, yes_cast, QuickEncoder, SETTINGS))
    confirmed = report.overall["confirmation"]
    assert confirmed.value == 1.0
    assert confirmed.n == 4
    assert {success.got for result in report.successes for success in result.successes} >= {"confirmation"}


def test_a_facts_agent_that_answers_everything_is_caught() -> None:
    attacks = [attack for attack in load_attacks() if attack.family == "halving"]
    report = red_team(attacks, [NAME], Bout(scenario_of, talkative_cast, QuickEncoder, SETTINGS))
    assert (report.overall["fact"].value or 0) > 0


def test_the_report_does_not_depend_on_the_number_of_processes() -> None:
    attacks = [attack for attack in load_attacks() if attack.family == "halving"][:3]
    bout = Bout(scenario_of, talkative_cast, QuickEncoder, SETTINGS)
    counts: list[int] = []
    alone = red_team(attacks, [NAME], bout, on_done=lambda done, _of: counts.append(done))
    assert alone == red_team(attacks, [NAME], bout, jobs=2)
    assert counts[0] == 0
    assert counts[-1] == len(attacks)


def test_ctrl_c_leaves_a_report_on_what_was_tried() -> None:
    def stop(done: int, _of: int) -> None:
        if done:
            raise KeyboardInterrupt

    attacks = load_attacks()[:12]
    report = red_team(attacks, [NAME], Bout(scenario_of, yes_cast, QuickEncoder, SETTINGS), on_done=stop)
    assert 0 < report.not_reached < len(attacks)
