"""What a person's notes say: the areas to be assessed, problems already worked, techniques to avoid, and wishes."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from scenarios.catalog import library
from scenarios.model import Model
from scenarios.names import AreaId, Level


class AreaPlan(Model):
    """One part of the recruiter's structure, as the person wrote it."""

    area: AreaId
    heading: str
    points: tuple[str, ...] = ()


class Profile(Model):
    """A person's wishes; empty fields mean that nothing was said."""

    areas: tuple[AreaPlan, ...] = ()
    excluded: tuple[str, ...] = Field(default=(), description="Scenario ids, or wordings of problems, to be left out.")
    avoid: tuple[str, ...] = ()
    short_turns: bool = False
    outside_company_welcome: bool = False
    company: str | None = None
    level: Level | None = None


def merge(one: Profile, other: Profile) -> Profile:
    """Both sets of wishes; single values of `other` win."""
    return Profile(
        areas=other.areas or one.areas,
        excluded=tuple(dict.fromkeys((*one.excluded, *other.excluded))),
        avoid=tuple(dict.fromkeys((*one.avoid, *other.avoid))),
        short_turns=one.short_turns or other.short_turns,
        outside_company_welcome=one.outside_company_welcome or other.outside_company_welcome,
        company=other.company or one.company,
        level=other.level or one.level,
    )


def describe_profile(profile: Profile, titles: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What was understood, a line each, for the person to check; `titles` by scenario id, the library's if None."""
    lines = []
    known = _library_titles() if titles is None and profile.excluded else titles or {}
    if profile.areas:
        lines.append("Areas to be assessed: " + "; ".join(map(_plan, profile.areas)) + ".")
    if profile.excluded:
        lines.append("Already worked, left out: " + "; ".join(known.get(each, each) for each in profile.excluded) + ".")
    if profile.avoid:
        lines.append("Avoided: " + ", ".join(profile.avoid) + ".")
    wishes = [
        f"target level {profile.level}" if profile.level else "",
        "short turns" if profile.short_turns else "",
        "problems outside the company are welcome" if profile.outside_company_welcome else "",
    ]
    said = ", ".join(wish for wish in wishes if wish)
    if said:
        lines.append(f"Wishes: {said}.")
    return tuple(lines) or ("The notes name no areas, exclusions or wishes that I recognise.",)


def load_profile(path: Path) -> Profile | None:
    """The saved profile, or None if there is none or it can't be read."""
    try:
        return Profile.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError):
        return None


def _plan(plan: AreaPlan) -> str:
    if not plan.points:
        return plan.heading
    return f"{plan.heading} ({len(plan.points)} point{'s' if len(plan.points) > 1 else ''})"


@cache
def _library_titles() -> Mapping[str, str]:
    return {card.id: card.title for card in library()[0]}
