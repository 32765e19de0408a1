"""The interview's time plan: phases with budgets, scaled to the minutes that were asked for."""

from agents.interviewer.protocol import Clock
from scenarios.brief import Brief, Phase
from scenarios.names import AreaId, PhaseId


class Schedule:
    """Answers what time it is, in phases; seconds throughout."""

    def __init__(self, brief: Brief, minutes: float | None = None) -> None:
        scale = (minutes or brief.minutes) / brief.minutes
        self._phases = brief.phases
        self._ends: dict[PhaseId, float] = {}
        total = 0.0
        for phase in brief.phases:
            total += phase.minutes * scale * 60
            self._ends[phase.id] = total
        self.total = total

    def left(self, clock: Clock) -> float:
        """Seconds until the interview is over; negative when it has run over."""
        return self.total - clock.elapsed

    def spent(self, clock: Clock) -> bool:
        """Whether the current phase has used up its share of the clock."""
        return clock.elapsed >= self._ends[clock.phase]

    def following(self, phase: PhaseId) -> Phase | None:
        """The phase after `phase`, or None if it is the last."""
        ids = [item.id for item in self._phases]
        position = ids.index(phase) + 1
        return self._phases[position] if position < len(ids) else None

    def reached(self, phase: PhaseId, now: PhaseId) -> bool:
        """Whether `phase` is not later than `now`."""
        ids = [item.id for item in self._phases]
        return ids.index(phase) <= ids.index(now)

    def areas(self, phase: PhaseId) -> tuple[AreaId, ...]:
        """The areas that `phase` is meant for."""
        return next(item.areas for item in self._phases if item.id == phase)

    def name(self, phase: PhaseId) -> str:
        """The public name of `phase`, in lower case."""
        return next(item.name for item in self._phases if item.id == phase).lower()

    def spoken_left(self, clock: Clock) -> str:
        """The time left as one would say it."""
        minutes = max(1, round(self.left(clock) / 60))
        return "one minute" if minutes == 1 else f"{minutes} minutes"
