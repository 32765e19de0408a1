"""How one interview is to be run: every setting that changes what happens, and nothing else; it goes into the record."""

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.model import Model
from scenarios.names import AreaId, Level

Engine = Literal["embedded", "llm"]
Role = Literal["router", "facts", "interviewer", "guard", "grader", "candidate"]
Selector = Literal["embedded", "llm", "embedded+llm-verify"]

ALWAYS_EMBEDDED: frozenset[Role] = frozenset({"router", "guard"})


class Settings(Model):
    """Settings of one interview."""

    engine: Engine = "embedded"
    minutes: float = Field(default=45, gt=0, le=180)
    target_level: Level = "IC6"
    simulated_clock: bool = Field(default=False, description="Time from speaking speed instead of a person's clock.")
    areas: tuple[AreaId, ...] = Field(default=(), description="Areas that the person is assessed on; empty means all.")
    short_turns: bool = Field(default=False, description="The interviewer leaves out reactions and prefers short follow-ups.")
    max_turns: int = Field(default=400, ge=4, description="Turns after which the interview is stopped, whatever the clock says.")
    roles: dict[Role, Engine] = Field(default={}, description="Engine of single roles, where it differs from `engine`.")
    model: str | None = Field(default=None, description="Model of the llm engine, as resolved; None if no role uses one.")
    base_url: str | None = Field(default=None, description="Server of the model, as resolved.")
    models: dict[Role, str] = Field(default={}, description="Model of single roles, where it differs from `model`.")
    selector: Selector | None = Field(default=None, description="How facts are selected; by the facts role's engine if None.")
    samples: int = Field(default=1, ge=1, le=20, description="Gradings by the llm engine whose distributions are averaged.")

    @model_validator(mode="after")
    def _stay_embedded(self) -> Self:
        wrong = sorted(role for role, engine in self.roles.items() if role in ALWAYS_EMBEDDED and engine != "embedded")
        if wrong:
            raise ValueError(f"the {wrong[0]} is always embedded: leave it out of roles")
        return self

    def engine_of(self, role: Role) -> Engine:
        """What plays `role`; router and guard are embedded whatever plays the others."""
        if role in ALWAYS_EMBEDDED:
            return "embedded"
        return self.roles.get(role, self.engine)

    @property
    def selection(self) -> Selector:
        """How facts are selected."""
        return self.selector or self.engine_of("facts")

    @property
    def needs_model(self) -> bool:
        """Whether any role that takes part in a person's interview calls a model."""
        return self.selection != "embedded" or any(self.engine_of(role) == "llm" for role in ("interviewer", "grader"))

    def model_of(self, role: Role) -> str | None:
        """The model that plays `role` if the llm engine does."""
        return self.models.get(role, self.model)
