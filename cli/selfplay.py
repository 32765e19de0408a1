"""`interview selfplay`: simulated candidates sit interviews in batch."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from agents.candidate import load_profiles
from agents.settings import Settings
from cli.console import complain, data_dir, emit_json, err, remark
from cli.engine import BaseUrlOption, EngineOption, ModelOption, RoleOption, SamplesOption, SelectorOption, engine_fields
from cli.options import DataDir, Json, Seed
from evals.selfplay import Job, Plan, Progress, RayMissingError, RunError, Spread, Summary, job_of, run_batch, seats_of
from evals.selfplay.llm import llm_job
from scenarios.loader import ScenarioError, library_ids

app = typer.Typer()


@app.command()
def selfplay(
    to: Annotated[
        Path, typer.Option("--out", help="Run folder: records, failures and manifest go there; an existing run is completed.")
    ],
    scenario: Annotated[
        list[str] | None, typer.Option("--scenario", help="Scenario id or path; may be repeated (default: the whole library).")
    ] = None,
    profile: Annotated[
        list[str] | None, typer.Option("--profile", help="Candidate profile; may be repeated (default: all).")
    ] = None,
    episodes: Annotated[int, typer.Option("--episodes", min=1, help="Interviews for each pair of scenario and profile.")] = 1,
    minutes: Annotated[
        float, typer.Option("--minutes", min=5, max=180, help="Length of each interview on the simulated clock.")
    ] = 45,
    seed: Seed = 0,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, help="Interviews at a time in one process (pays with the llm engine).")
    ] = 1,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes on this machine.")] = 1,
    ray: Annotated[str | None, typer.Option("--ray", help="Address of a Ray cluster (needs the ray extra).")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run episodes again that failed in an earlier run.")
    ] = False,
    engine: EngineOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    role: RoleOption = None,
    selector: SelectorOption = None,
    samples: SamplesOption = 1,
    as_json: Json = False,
    folder: DataDir = None,
) -> None:
    """Run simulated interviews; killed at any moment and started again, it completes exactly what is missing.

    On the embedded engine the records are bit-identical whatever the concurrency, the number of processes or the order.
    """
    settings = Settings(
        minutes=minutes, simulated_clock=True, **engine_fields(engine, model, base_url, role or (), selector, samples)
    )
    plan = Plan(
        seats=seats_of(tuple(scenario or library_ids()), data_dir(folder) / "scenarios"),
        profiles=_profiles(profile),
        episodes=episodes,
        seed=seed,
        settings=settings,
    )
    spread = Spread(concurrency=concurrency, jobs=jobs, ray=ray, retry_failed=retry_failed)
    try:
        summary = _with_bar(to, plan, spread)
    except (RunError, RayMissingError) as error:
        complain(str(error))
        raise typer.Exit(2) from None
    _tell(summary, as_json=as_json)


def _profiles(names: list[str] | None) -> tuple[str, ...]:
    known = load_profiles()
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise ScenarioError(f"unknown profile '{unknown[0]}': one of {', '.join(known)}")
    return tuple(names or known)


def _with_bar(to: Path, plan: Plan, spread: Spread) -> Summary:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("starting", total=len(plan.specs))

        def report(progress: Progress) -> None:
            bar.update(task, completed=progress.done + progress.failed, description=_line(progress))

        return run_batch(to, plan, spread, job=_job(plan), report=report)


def _job(plan: Plan) -> Job:
    played = plan.settings.needs_model or plan.settings.engine_of("candidate") == "llm"
    return llm_job(plan) if played else job_of(plan)


def _line(progress: Progress) -> str:
    left = "?" if progress.seconds_left is None else f"{progress.seconds_left:.0f} s"
    tokens = progress.input_tokens + progress.output_tokens
    cost = f", {tokens:,} tokens, ${progress.cost_usd:.2f}" if tokens else ""
    return f"{progress.episodes_per_second:.2f}/s, {left} left, {progress.failed} failed{cost}"


def _tell(summary: Summary, *, as_json: bool) -> None:
    progress = summary.progress
    if as_json:
        emit_json(summary.model_dump_json(indent=1))
    else:
        remark(f"{progress.done} of {progress.total} interviews in {summary.run} ({_line(progress)})")
    if summary.interrupted:
        complain("stopped: run the same command again to complete what is missing")
        raise typer.Exit(130)
    if progress.failed:
        complain(f"{progress.failed} failed: see {summary.run / 'failures.jsonl'}, or run again with --retry-failed")
        raise typer.Exit(1)
