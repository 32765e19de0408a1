"""The base of every scenario model: frozen, and strict about unknown fields."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value; a field that the schema does not know is an error, never dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")
