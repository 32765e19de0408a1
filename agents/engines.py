"""Which chat model plays which role: one for each model name, shared by the roles that use it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from agents.model import ChatModel, Ledger, ReplyCache, resolve_settings
from agents.settings import Role, Settings

MODEL_FILE_VARIABLE = "INTERVIEW_MODEL_FILE"


class NoModelError(ValueError):
    """The llm engine was asked for, but nothing names a model."""


class ModelFileError(ValueError):
    """The model file can't be used; one line with its name."""


def model_file(environ: Mapping[str, str]) -> dict[str, Any]:
    """Fields of `ModelSettings` (prices, limits, budget, also model and base_url) from the YAML file that
    $INTERVIEW_MODEL_FILE names; empty if none is named. Raises ModelFileError.
    """
    name = environ.get(MODEL_FILE_VARIABLE)
    if not name:
        return {}
    try:
        document = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelFileError(f"{MODEL_FILE_VARIABLE}: {name}: {str(error).splitlines()[0]}") from None
    if not isinstance(document, dict):
        raise ModelFileError(f"{MODEL_FILE_VARIABLE}: {name}: must hold lines like 'max_retries: 6'")
    return document


class Engines:
    """The chat models of one process for one `Settings`; interviews that share it also share its connections and limits."""

    def __init__(
        self, models: Mapping[str, ChatModel], settings: Settings, graders: Mapping[str, ChatModel] | None = None
    ) -> None:
        self._models = models
        self._graders = graders or models
        self._settings = settings

    @classmethod
    def of(cls, settings: Settings, environ: Mapping[str, str], *, cache: ReplyCache | None = None, **limits: Any) -> "Engines":
        """Build the models that `settings` names; explicit limits win over the environment. Raises NoModelError.

        `cache` keeps the grader's replies, so that the same record is graded again at no cost; nobody else's are kept.
        """
        ledger: Ledger | None = None
        given = limits | {name: value for name, value in model_file(environ).items() if name not in {"model", "base_url"}}
        models: dict[str, ChatModel] = {}
        graders: dict[str, ChatModel] = {}
        for name in dict.fromkeys([settings.model, *settings.models.values()]):
            resolved = resolve_settings(environ, **{**given, "model": name, "base_url": settings.base_url})
            if resolved is None:
                continue
            models[resolved.model] = ChatModel(resolved, ledger=ledger)
            ledger = models[resolved.model].ledger
            graders[resolved.model] = ChatModel(resolved, ledger=ledger, cache=cache)
        if not models:
            raise NoModelError("the llm engine needs a model: name one with --model or INTERVIEW_MODEL")
        return cls(models, settings, graders)

    def for_interview(self) -> "Engines":
        """The same models, all spending on one interview's own ledger."""
        ledger = self.ledger.child()
        models = {name: model.for_interview(ledger) for name, model in self._models.items()}
        graders = {name: model.for_interview(ledger) for name, model in self._graders.items()}
        return Engines(models, self._settings, graders)

    def model(self, role: Role) -> ChatModel:
        """The model that plays `role`."""
        models = self._graders if role == "grader" else self._models
        name = self._settings.model_of(role)
        found = models.get(name) if name is not None else None
        return found or next(iter(models.values()))

    @property
    def ledger(self) -> Ledger:
        """What was spent so far, by role."""
        return next(iter(self._models.values())).ledger
