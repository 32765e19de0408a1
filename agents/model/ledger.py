"""What the calls of one interview cost, by role, and the budget that stops them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from pydantic import Field

from agents.dialogue import Usage
from agents.model.failure import FailureKind, ModelFailure
from scenarios.model import Model

NOTHING = Usage()
"""To start a sum from; adding it costs nothing."""


def add(left: Usage, right: Usage) -> Usage:
    """The sum of two usages; a cost is known if either side knows one."""
    if left is NOTHING or right is NOTHING:
        return left if right is NOTHING else right
    costs = [cost for cost in (left.cost_usd, right.cost_usd) if cost is not None]
    return Usage(
        calls=left.calls + right.calls,
        input_tokens=left.input_tokens + right.input_tokens,
        cached_tokens=left.cached_tokens + right.cached_tokens,
        output_tokens=left.output_tokens + right.output_tokens,
        seconds=left.seconds + right.seconds,
        cost_usd=sum(costs) if costs else None,
    )


class Budget(Model):
    """At most this much; None is no limit."""

    usd: float | None = None
    tokens: int | None = None


class RoleSpend(Model):
    """One role's share: usage, calls whose tokens the server did not report (estimated), and failures by kind."""

    usage: Usage = NOTHING
    estimated_calls: int = 0
    cache_hits: int = 0
    failures: dict[FailureKind, int] = Field(default_factory=dict)


@dataclass
class _Tally:
    """One role's share as it grows."""

    usage: Usage = NOTHING
    estimated_calls: int = 0
    cache_hits: int = 0
    failures: Counter[FailureKind] = field(default_factory=Counter)

    def spend(self) -> RoleSpend:
        return RoleSpend(
            usage=self.usage, estimated_calls=self.estimated_calls, cache_hits=self.cache_hits, failures=dict(self.failures)
        )


@dataclass(frozen=True, eq=False)
class Hold:
    """What a call under way may cost at most, set aside until it is settled."""

    tokens: int
    usd: float


class Ledger:
    """Counts by role; a child's spending is its parent's as well, and every budget on the way up holds."""

    def __init__(self, budget: Budget | None = None, parent: "Ledger | None" = None) -> None:
        self.budget = budget if budget is not None else Budget()
        self.parent = parent
        self._roles: defaultdict[str, _Tally] = defaultdict(_Tally)
        self._total = NOTHING
        self._held_tokens = 0
        self._held_usd: dict[int, float] = {}

    def child(self, budget: Budget | None = None) -> "Ledger":
        """The ledger of one interview in a batch."""
        return Ledger(budget, self)

    def hold(self, tokens: int, usd: float | None) -> Hold:
        """Set aside what a call may cost; raises `ModelFailure` budget_exhausted where it would not fit."""
        hold = Hold(tokens, usd or 0.0)
        self.check(hold)
        self.set_aside(hold)
        return hold

    def check(self, hold: Hold) -> None:
        """Raise `ModelFailure` unless every budget survives this call's worst case with all calls under way at theirs."""
        spent, most = self.total, self.budget
        if most.tokens is not None and spent.input_tokens + spent.output_tokens + self._held_tokens + hold.tokens > most.tokens:
            raise ModelFailure("budget_exhausted", f"the budget of {self.budget.tokens} tokens is used up")
        if most.usd is not None and (spent.cost_usd or 0.0) + sum(self._held_usd.values()) + hold.usd > most.usd:
            raise ModelFailure("budget_exhausted", f"the budget of {self.budget.usd:g} US dollars is used up")
        if self.parent is not None:
            self.parent.check(hold)

    def set_aside(self, hold: Hold) -> None:
        """Keep `hold` for a call under way."""
        self._held_tokens += hold.tokens
        if hold.usd:
            self._held_usd[id(hold)] = hold.usd
        if self.parent is not None:
            self.parent.set_aside(hold)

    def settle(self, hold: Hold, role: str, usage: Usage, *, estimated: bool = False) -> None:
        """Replace what was set aside by what was spent."""
        self._held_tokens -= hold.tokens
        self._held_usd.pop(id(hold), None)
        self._total = add(self._total, usage)
        tally = self._roles[role]
        tally.usage = add(tally.usage, usage)
        tally.estimated_calls += estimated
        if self.parent is not None:
            self.parent.settle(hold, role, usage, estimated=estimated)

    def count_failure(self, role: str, kind: FailureKind) -> None:
        """Count one `complete` that ended in a failure."""
        self._roles[role].failures[kind] += 1
        if self.parent is not None:
            self.parent.count_failure(role, kind)

    def count_hit(self, role: str) -> None:
        """Count one reply that came from the reply cache."""
        self._roles[role].cache_hits += 1
        if self.parent is not None:
            self.parent.count_hit(role)

    def role(self, role: str) -> RoleSpend:
        """One role's share so far."""
        return self._roles[role].spend() if role in self._roles else RoleSpend()

    @property
    def roles(self) -> dict[str, RoleSpend]:
        """Shares by role, in order of first call."""
        return {role: tally.spend() for role, tally in self._roles.items()}

    @property
    def total(self) -> Usage:
        """Everything spent so far."""
        return self._total
