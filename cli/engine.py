"""The options that choose engines and models, and what they resolve to: explicit over environment over default."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic import ValidationError

from agents.engines import Engines, ModelFileError, NoModelError, model_file
from agents.model import ReplyCache, resolve_settings
from agents.settings import Engine, Role, Selector, Settings
from cli.tracing import tracing_asked

EngineOption = Annotated[
    Engine | None,
    typer.Option("--engine", help="embedded (no key, no network) or llm (default: llm if a model is named, else embedded)."),
]
ModelOption = Annotated[str | None, typer.Option("--model", help="Model of the llm engine (default: $INTERVIEW_MODEL).")]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--base-url", help="Server of the model, like http://localhost:8000/v1 (default: $INTERVIEW_BASE_URL, else OpenAI)."
    ),
]
RoleOption = Annotated[
    list[str] | None,
    typer.Option("--role", help="One role's engine: ROLE=embedded, ROLE=llm or ROLE=llm:MODEL; may be repeated."),
]
SelectorOption = Annotated[
    Selector | None, typer.Option("--selector", help="How facts are selected (default: by the engine of the facts role).")
]
SamplesOption = Annotated[int, typer.Option("--samples", min=1, max=20, help="Gradings by the llm engine to average.")]

PLAYED: tuple[Role, ...] = ("interviewer", "facts", "grader", "candidate")


def engine_fields(
    engine: Engine | None,
    model: str | None,
    base_url: str | None,
    roles: Sequence[str] = (),
    selector: Selector | None = None,
    samples: int = 1,
) -> dict[str, Any]:
    """The fields of `Settings` that these options and the environment come to; raises typer.BadParameter."""
    engines, models = _roles(roles)
    try:
        resolved = resolve_settings(os.environ, **(model_file(os.environ) | _given(model=model, base_url=base_url)))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ModelFileError as error:
        raise typer.BadParameter(str(error)) from None
    main: Engine = engine or ("llm" if resolved else "embedded")
    wanted = main == "llm" or "llm" in engines.values() or selector in {"llm", "embedded+llm-verify"}
    if wanted and resolved is None and not models:
        raise typer.BadParameter("the llm engine needs a model: name one with --model or INTERVIEW_MODEL")
    fields: dict[str, Any] = {"engine": main, "roles": engines, "models": models, "selector": selector, "samples": samples}
    if wanted and resolved is not None:
        fields |= {"model": resolved.model, "base_url": resolved.base_url}
    elif wanted:
        fields |= {"base_url": base_url}
    return fields


def engines_for(settings: Settings, replies: Path | None = None) -> Engines | None:
    """The models that a person's interview runs on; None if every role is embedded. `replies` keeps gradings for later."""
    if not settings.needs_model:
        return None
    try:
        return Engines.of(settings, os.environ, cache=ReplyCache(replies) if replies else None, tracing=tracing_asked(os.environ))
    except (NoModelError, ModelFileError) as error:
        raise typer.BadParameter(str(error)) from None


def _given(**options: str | None) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}


def _roles(given: Sequence[str]) -> tuple[dict[Role, Engine], dict[Role, str]]:
    engines: dict[Role, Engine] = {}
    models: dict[Role, str] = {}
    for item in given:
        name, _, value = item.partition("=")
        kind, _, model = value.partition(":")
        role = next((role for role in PLAYED if role == name), None)
        engine: Engine | None = next((engine for engine in get_args(Engine) if engine == kind), None)
        if role is None or engine is None or (model and engine != "llm"):
            raise typer.BadParameter(
                f"--role {item}: use ROLE=embedded, ROLE=llm or ROLE=llm:MODEL with ROLE one of {', '.join(PLAYED)}"
            )
        engines[role] = engine
        if model:
            models[role] = model
    return engines, models
