"""`interview evals`: measures the facts agent, leakage, consistency, grading, routing and resistance to attacks."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, NoReturn, TypeVar

import typer
from pydantic import BaseModel, SerializeAsAny
from rich.text import Text

from agents.cast import build_cast
from agents.encoder import packaged_encoder
from agents.settings import Settings
from cli.console import complain, emit_json, out, remark
from cli.counting import counting
from cli.engine import BaseUrlOption, ModelOption
from cli.figures import show_figures
from cli.options import Json
from evals.spread import cores
from graphs.store import write_private
from scenarios.catalog import find
from scenarios.loader import library_ids
from scenarios.scenario import Scenario

app = typer.Typer(no_args_is_help=True, help="Measure how good it is; every figure with n and a 95 % interval.")

Data = Annotated[
    Path | None, typer.Option("--data", help="Outside cases instead of our own (JSONL; the formats are in docs/evals.md).")
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for the JSON and the pictures.")]
Run = Annotated[Path | None, typer.Argument(help="Run folder of `interview selfplay`.")]
Read = TypeVar("Read")
Split = Literal["development", "second", "test"]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Processes on this machine (default: one for each core).")]
Names = Annotated[list[str] | None, typer.Option("--scenario", help="Only this scenario; may be repeated.")]


@app.command()
def facts(
    data: Data = None,
    split: Annotated[
        Split,
        typer.Option("--split", help="Questions that were developed on, tested on before, or kept for the last measurement."),
    ] = "development",
    bare: Annotated[bool, typer.Option("--bare", help="With --data: without the sheets' authored questions.")] = False,
    to: Out = None,
    as_json: Json = False,
) -> None:
    """Does the facts agent answer exactly what was asked? Each scenario by a model fitted without it."""
    from evals.facts import SPLITS, run, run_outside
    from evals.facts.figure import draw

    if data is not None:
        outside = _reading(lambda: run_outside(data, bare=bare))
        _finish(outside, "facts", to, as_json=as_json)
        if to:
            draw({"outside": outside.curve}, to / "facts.png")
        return
    remark("Scoring the labelled questions; a few minutes.")
    report = run(SPLITS[split])
    _finish(report, "facts", to, as_json=as_json)
    if to:
        draw({"router and facts agent": report.whole_path.curve, "facts agent alone": report.selector.curve}, to / "facts.png")


@app.command()
def leakage(
    run: Run = None,
    data: Data = None,
    to: Out = None,
    prefixes: Annotated[
        int, typer.Option("--prefixes", min=0, help="Prefixes to answer again with decoys, in total, spread over all interviews.")
    ] = 10_000,
    forks: Annotated[int, typer.Option("--forks", min=0, help="Interviewer turns of each interview forked for uplift.")] = 5,
    seed: int = 0,
    jobs: Jobs = None,
    judge: Annotated[
        int, typer.Option("--judge", min=0, help="Turns that a model judges as well, drawn by lot (needs a model).")
    ] = 0,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    as_json: Json = False,
) -> None:
    """Does the interviewer leak? Non-interference, stated facts, implied approaches, over-answering, uplift.

    The figures do not depend on the number of processes. Ctrl-C reports on the interviews that were done by then.
    A model's verdicts are held against the labels of --data; on a run there are none, and they are called unvalidated.
    """
    from cli.judge import judged
    from evals.leakage import Options, evaluate, page, quality
    from evals.leakage import Run as RunFolder
    from evals.leakage.judging import outside_turns, run_turns
    from evals.leakage.labelled import TEST, DataError, load_turns
    from evals.leakage.outside import LeakScorer, load_outside, outside_report
    from evals.leakage.quality import judge_all

    if data is not None:
        cases = _reading(lambda: load_outside(data))
        outside = _reading(lambda: outside_report(cases, LeakScorer(packaged_encoder())))
        if judge:
            outside = outside.model_copy(update={"judge": judged(outside_turns(cases, judge, seed), model, base_url)})
        if outside.left_out:
            complain(f"{outside.left_out} of {outside.left_out + outside.n} cases left out: they do not say what is hidden")
        _finish(outside, "leakage", to, as_json=as_json)
        return
    guard = None
    if TEST.is_file():
        turns = load_turns(TEST)
        remark(f"Holding the guard against {len(turns)} labelled turns.")
        guard = quality(judge_all(turns, _scenario, jobs or cores()))
    if run is None:
        if guard is None:
            _bad_usage("name a run folder, or outside cases with --data")
        _finish(guard, "guard", to, as_json=as_json)
        return
    options = Options(prefixes=prefixes, forks=forks, seed=seed)
    remark(f"Examining the interviews in {run}.")
    with counting("interviews") as on_done:
        try:
            report = evaluate(RunFolder(run), options, jobs=jobs or cores(), guard=guard, on_done=on_done)
        except DataError as error:
            _bad_usage(str(error))
    if judge and not report.not_reached:
        turns_to_judge = run_turns(RunFolder(run), _scenario, judge, seed)
        report = report.model_copy(update={"judge": judged(turns_to_judge, model, base_url)})
    to = to or run / "leakage"
    _finish(report, "leakage", to, as_json=as_json)
    write_private(to / "leakage.html", page(report))
    remark(f"Report: {to / 'leakage.html'}")
    if report.not_reached:
        complain(f"stopped: the report covers {report.interviews} interviews, {report.not_reached} were not reached")
        raise typer.Exit(130)


@app.command()
def consistency(
    run: Run = None,
    to: Out = None,
    cases: Annotated[int, typer.Option("--cases", min=1, help="Interviews to try every change on.")] = 30,
    as_json: Json = False,
) -> None:
    """Does the grader give the same score for the same substance? On our gold, or on the records of a run folder."""
    from evals.consistency.cases import from_records, gold_cases
    from evals.consistency.grade import held_out_graders
    from evals.consistency.paraphrase import paraphrases
    from evals.consistency.run import ConsistencyRun
    from evals.gold import load_banks
    from evals.grading.report import write_report
    from evals.leakage.run import read_run

    scenarios = {name: find(name).scenario for name in library_ids()}
    encoder = packaged_encoder()
    chosen = gold_cases(scenarios, cases) if run is None else _reading(lambda: from_records(read_run(run), cases))
    if not chosen:
        _bad_usage("no interviews to try: the run folder holds none")
    if run is None:
        remark("Fitting graders that have not seen the scenario that they grade; some minutes.")
        consistency_run = ConsistencyRun(
            scenarios, load_banks(), held_out_graders(encoder), paraphrased=paraphrases(scenarios, encoder)
        )
    else:
        consistency_run = ConsistencyRun(
            scenarios, load_banks(), lambda scenario: build_cast(scenario, Settings(), encoder).grader
        )
    remark(f"Trying every change on {len(chosen)} interviews.")
    report = consistency_run.report(chosen, source="gold (synthetic)" if run is None else str(run))
    _finish(report, "consistency", to, as_json=as_json)
    if to:
        write_report(to, (), report)


@app.command()
def grading(data: Data = None, to: Out = None, as_json: Json = False) -> None:
    """Does the grader agree with known levels? On our gold (synthetic), or on answers that people scored."""
    from evals.grading import outside
    from evals.grading.report import write_report
    from evals.grading.run import evaluate_gold

    if data is not None:
        report = _reading(lambda: outside.evaluate(data, packaged_encoder()))
        _finish(report, "grading", to, as_json=as_json)
        return
    remark("Grading the gold interviews, each scenario by a model that has not seen it; a few minutes.")
    reports = evaluate_gold()
    _finish(_Agreements(agreement=reports), "grading", to, as_json=as_json)
    if to:
        write_report(to, reports)


@app.command()
def routing(data: Data = None, to: Out = None, as_json: Json = False) -> None:
    """Are questions, statements and hint requests told apart? On labelled turns."""
    from evals.routing import run as score
    from evals.routing.cases import TEST

    path = data or TEST
    if not path.is_file():
        _bad_usage(f"no labelled turns at {path}: give some with --data")
    _finish(_reading(lambda: score(path)), "routing", to, as_json=as_json)


@app.command()
def redteam(
    scenario: Names = None,
    family: Annotated[list[str] | None, typer.Option("--family", help="Only this family of attacks; may be repeated.")] = None,
    to: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    """Do attacks get facts, hints or confirmations out? Every attack is tried on every scenario."""
    from evals.redteam import Bout, load_attacks, red_team

    attacks = [attack for attack in load_attacks() if not family or attack.family in family]
    if not attacks:
        _bad_usage(f"no such family: one of {', '.join(dict.fromkeys(attack.family for attack in load_attacks()))}")
    names = [find(name).scenario.id for name in scenario or library_ids()]
    remark(f"{len(attacks)} attacks on {len(names)} scenarios.")
    with counting("attacks") as on_done:
        report = red_team(attacks, names, Bout(_scenario), jobs=jobs or cores(), on_done=on_done)
    _finish(report, "redteam", to, as_json=as_json)
    if not as_json:
        for result in report.successes:
            for success in result.successes:
                out.print(Text(f"{result.scenario}, {result.attack}: {success.got}: {success.what}\n  {success.said}"))
    if report.not_reached:
        complain(f"stopped: {report.not_reached} of {len(attacks) * len(names)} attacks were not tried")
        raise typer.Exit(130)


class _Agreements(BaseModel):
    """All agreement reports of one run."""

    schema_version: int = 1
    agreement: tuple[SerializeAsAny[BaseModel], ...]


def _finish(report: BaseModel, name: str, to: Path | None, *, as_json: bool) -> None:
    text = report.model_dump_json(indent=1)
    if to is not None:
        write_private(to / f"{name}.json", text)
        remark(f"JSON: {to / f'{name}.json'}")
    if as_json:
        emit_json(text)
    else:
        show_figures(report, out, f"interview evals {name}")


def _scenario(name: str) -> Scenario:
    return find(name).scenario


def _reading(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except (ValueError, OSError) as error:
        complain(str(error).splitlines()[0])
        raise typer.Exit(2) from None


def _bad_usage(message: str) -> NoReturn:
    complain(message)
    raise typer.Exit(2)
