"""Builds the debrief from a graded record and its scenario, after the interview, when nothing is secret any more."""

from collections import Counter
from collections.abc import Mapping

from agents.debrief.model import (
    AlternativeLine,
    CriterionLine,
    Debrief,
    DimensionLine,
    FactLine,
    Gap,
    Help,
    ReferencePart,
    Share,
    Verdict,
)
from agents.record import Record, Turn
from agents.scorecard import LEVEL_NAMES, LEVEL_OF, CriterionScore, Scorecard
from scenarios.names import AREAS, DIMENSIONS, LEVELS, Level
from scenarios.rubric import Criterion, Rubric
from scenarios.scenario import Scenario


def build_debrief(record: Record, scenario: Scenario) -> Debrief:
    """The debrief of a graded record; raises ValueError if it has no scorecard."""
    card = record.scorecard
    if card is None:
        raise ValueError(f"record {record.session_id} has no scorecard: grade it first")
    return Debrief(
        session_id=record.session_id,
        title=scenario.brief.title,
        company=scenario.brief.company,
        ended=record.ended.reason,
        minutes=round(record.turns[-1].at / 60, 1) if record.turns else 0.0,
        planned_minutes=float(record.settings.get("minutes", scenario.brief.minutes)),
        verdict=_verdict(card),
        calibration=card.calibration,
        dimensions=_dimensions(card, scenario.rubric, record.self_assessment or {}),
        first_gap=_first_gap(card, scenario.rubric),
        time_by_phase=_time_by_phase(record, scenario),
        time_by_area=_time_by_area(record, scenario),
        facts_asked=_facts_asked(record, scenario),
        facts_missed=_facts_missed(record, scenario),
        help=_help(record),
        not_assessed=_titles(card, scenario.rubric, "not_assessed"),
        ungraded=_titles(card, scenario.rubric, "ungraded"),
        reference=tuple(
            ReferencePart(phase=next(p.name for p in scenario.brief.phases if p.id == part.phase), text=part.text)
            for part in scenario.reference.answer
        ),
        alternatives=tuple(
            AlternativeLine(instead_of=item.instead_of, accept=item.accept, because=item.because)
            for item in scenario.reference.alternatives
        ),
        patterns=scenario.reference.patterns,
    )


def level_name(level: float | None) -> str:
    """A level in words: the name of the nearest level, or 'not assessed'."""
    return "not assessed" if level is None else LEVEL_NAMES[int(min(4, max(0, round(level))))]


def _verdict(card: Scorecard) -> Verdict:
    overall = card.overall
    above: dict[Level, float] = {}
    if overall.probabilities:
        above = {level: round(sum(overall.probabilities[LEVEL_OF[level] :]), 3) for level in LEVELS if level != "IC4"}
    return Verdict(
        target_level=card.target_level,
        decision=overall.decision_at_target,
        level=overall.level,
        level_name=level_name(overall.level),
        interval=overall.interval,
        at_or_above=above,
    )


def _dimensions(card: Scorecard, rubric: Rubric, own: Mapping[str, float]) -> tuple[DimensionLine, ...]:
    criteria = {criterion.id: criterion for criterion in rubric.criteria}
    names = {dimension.id: dimension.name for dimension in rubric.dimensions}
    scores = {dimension.id: dimension for dimension in card.dimensions}
    lines = []
    for dimension in DIMENSIONS:
        if dimension not in scores:
            continue
        score = scores[dimension]
        mine = [item for item in card.criteria if item.dimension == dimension]
        lines.append(
            DimensionLine(
                id=dimension,
                name=names.get(dimension, dimension),
                level=score.level,
                level_name=level_name(score.level),
                interval=score.interval,
                criteria=tuple(_criterion(item, criteria[item.id]) for item in mine if item.id in criteria),
                self_level=own.get(dimension),
            )
        )
    return tuple(lines)


def _criterion(score: CriterionScore, criterion: Criterion) -> CriterionLine:
    return CriterionLine(
        id=score.id,
        title=criterion.title,
        level=score.level,
        level_name=level_name(score.level) if score.status == "scored" else score.status.replace("_", " "),
        status=score.status,
        reason=score.reason,
        evidence=score.evidence,
        next_level=score.next_level,
    )


def _first_gap(card: Scorecard, rubric: Rubric) -> Gap | None:
    """The heaviest shortfall below the target, by weight of dimension and criterion."""
    target = LEVEL_OF[card.target_level]
    weights = {dimension.id: dimension.weight for dimension in rubric.dimensions}
    scores = {score.id: score for score in card.criteria if score.status == "scored" and score.level is not None}
    behind = [
        (weights[item.dimension] * item.weight * (target - (scores[item.id].level or 0.0)), item)
        for item in rubric.criteria
        if item.id in scores and (scores[item.id].level or 0.0) < target - 0.25
    ]
    if not behind:
        return None
    criterion = max(behind, key=lambda pair: pair[0])[1]
    needed = {"IC5": criterion.anchors.ic5, "IC6": criterion.anchors.ic6, "IC7": criterion.anchors.ic7}
    return Gap(
        criterion=criterion.title,
        now=level_name(scores[criterion.id].level),
        needed=needed.get(card.target_level, criterion.anchors.ic5),
        level=card.target_level,
    )


def _spent(turns: tuple[Turn, ...]) -> list[tuple[Turn, float]]:
    """Minutes that passed up to the end of each turn since the turn before."""
    ends = [0.0, *(turn.at for turn in turns)]
    return [(turn, max(0.0, end - start) / 60) for turn, start, end in zip(turns, ends, ends[1:], strict=False)]


def _time_by_phase(record: Record, scenario: Scenario) -> tuple[Share, ...]:
    scale = float(record.settings.get("minutes", scenario.brief.minutes)) / scenario.brief.minutes
    spent: Counter[str] = Counter()
    for turn, minutes in _spent(record.turns):
        spent[turn.phase] += minutes  # type: ignore[assignment]
    return tuple(
        Share(name=phase.name, minutes=round(spent[phase.id], 1), planned=round(phase.minutes * scale, 1))
        for phase in scenario.brief.phases
    )


def _time_by_area(record: Record, scenario: Scenario) -> tuple[Share, ...]:
    names = {area.id: area.name for area in scenario.brief.areas}
    spent: Counter[str] = Counter()
    for turn, minutes in _spent(record.turns):
        if turn.speaker == "candidate":
            spent[turn.area or "other"] += minutes  # type: ignore[assignment]
    areas = [Share(name=names[area], minutes=round(spent[area], 1)) for area in AREAS if area in names]
    return (*areas, Share(name="Other", minutes=round(spent["other"], 1)))


def _released(record: Record) -> list[str]:
    return list(dict.fromkeys(item for turn in record.turns for item in turn.released_fact_ids))


def _facts_asked(record: Record, scenario: Scenario) -> tuple[FactLine, ...]:
    texts = {fact.id: fact.text for fact in scenario.facts.facts}
    return tuple(FactLine(text=texts[item]) for item in _released(record) if item in texts)


def _facts_missed(record: Record, scenario: Scenario) -> tuple[FactLine, ...]:
    asked = set(_released(record))
    wanted: dict[str, list[str]] = {}
    for criterion in scenario.rubric.criteria:
        for fact in criterion.facts:
            if fact not in asked:
                wanted.setdefault(fact, []).append(criterion.title)
    texts = {fact.id: fact.text for fact in scenario.facts.facts}
    ranked = sorted(wanted, key=lambda item: (-len(wanted[item]), item))
    return tuple(FactLine(text=texts[item], matters_for=tuple(wanted[item])) for item in ranked)


def _help(record: Record) -> Help:
    interviewer = [turn for turn in record.turns if turn.speaker == "interviewer"]
    return Help(
        hints=tuple(turn.text for turn in interviewer if "hint" in turn.acts and turn.area),
        probes=sum("probe" in turn.acts for turn in interviewer),
        follow_ups=sum("follow_up" in turn.acts for turn in interviewer),
        guard_replacements=sum(turn.guard is not None and turn.guard.verdict == "replaced" for turn in interviewer),
    )


def _titles(card: Scorecard, rubric: Rubric, status: str) -> tuple[str, ...]:
    titles = {criterion.id: criterion.title for criterion in rubric.criteria}
    return tuple(titles.get(score.id, score.id) for score in card.criteria if score.status == status)
