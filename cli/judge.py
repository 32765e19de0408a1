"""Has a model judge turns for the leakage eval, on the model that the options or the environment name."""

import asyncio
from collections.abc import Sequence

import typer

from agents.model import ModelFailure
from agents.settings import Settings
from cli.console import complain, remark
from cli.counting import counting
from cli.engine import engine_fields, engines_for
from evals.leakage.judge import Judge, JudgedTurn, JudgeReport


def judged(turns: Sequence[JudgedTurn], model: str | None, base_url: str | None) -> JudgeReport:
    """The model's verdicts; exits with one line where no model is named, or its server can't be used."""
    engines = engines_for(Settings.model_validate(engine_fields("llm", model, base_url)))
    if engines is None:
        raise typer.BadParameter("a judge needs a model: name one with --model or INTERVIEW_MODEL")
    remark(f"A model judges {len(turns)} turns.")
    try:
        with counting("turns judged") as on_done:
            return asyncio.run(Judge(engines.model("guard")).report(turns, on_done))
    except ModelFailure as failure:
        complain(f"the judge: {failure}")
        raise typer.Exit(1) from None
