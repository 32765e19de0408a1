"""The closed sets of names that every part of the product shares: areas, phases, dimensions, levels, ids."""

from typing import Annotated, Literal, get_args

from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12_000)]

AreaId = Literal["navigation", "data", "features", "modelling", "metrics"]
DimensionId = Literal["navigation", "data", "features", "modelling", "metrics", "communication", "leadership"]
PhaseId = Literal["clarify", "design", "deep_dive", "evaluate"]
Level = Literal["IC4", "IC5", "IC6", "IC7"]

AREAS: tuple[AreaId, ...] = get_args(AreaId)
DIMENSIONS: tuple[DimensionId, ...] = get_args(DimensionId)
PHASES: tuple[PhaseId, ...] = get_args(PhaseId)
LEVELS: tuple[Level, ...] = get_args(Level)

SCHEMA_VERSION = 1
