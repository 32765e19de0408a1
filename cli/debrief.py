"""Shows a debrief in the terminal: verdict first, reference last."""

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from agents.debrief import Debrief
from agents.debrief.model import CriterionLine, DimensionLine, FactLine, Share
from agents.debrief.render import level, percent, span


def show_debrief(debrief: Debrief, console: Console) -> None:
    """Print the whole debrief."""
    _verdict(debrief, console)
    _gap(debrief, console)
    _heading(console, "Scores with evidence")
    for dimension in debrief.dimensions:
        _dimension(dimension, console)
    _heading(console, "Time")
    _times(console, "phase", debrief.time_by_phase)
    _times(console, "area (your turns)", debrief.time_by_area)
    _facts(console, f"Facts you asked for ({len(debrief.facts_asked)})", debrief.facts_asked)
    _facts(console, f"Facts that mattered and were never asked ({len(debrief.facts_missed)})", debrief.facts_missed)
    _help(debrief, console)
    if debrief.not_assessed:
        _heading(console, "Not assessed (no room was given)")
        _bullets(console, debrief.not_assessed)
    _reference(debrief, console)


def _verdict(debrief: Debrief, console: Console) -> None:
    verdict = debrief.verdict
    console.print()
    console.print(Rule(Text(f"Debrief: {debrief.title}"), align="left"))
    console.print(Text(f"Verdict at {verdict.target_level}: {verdict.decision}", style="bold"))
    spread = f"90 % interval {span(verdict.interval)}; 1 below bar, 2 IC5, 3 IC6, 4 IC7"
    console.print(Text(f"Level {level(verdict.level)} ({verdict.level_name}), {spread}."))
    if verdict.at_or_above:
        chances = ", ".join(f"{name} or above {percent(chance)}" for name, chance in verdict.at_or_above.items())
        console.print(Text(chances))
    stamp = debrief.calibration
    source = f" ({stamp.id}, n = {stamp.n}, {stamp.scope})" if stamp.id else ""
    console.print(Text(f"These scores are {stamp.status}{source}.", style="dim"))
    if debrief.ungraded:
        console.print(Text(f"Could not be graded, left out of every mean: {'; '.join(debrief.ungraded)}.", style="yellow"))


def _gap(debrief: Debrief, console: Console) -> None:
    gap = debrief.first_gap
    if gap:
        _heading(console, "The first gap to fix")
        console.print(Text(f"{gap.criterion} (now: {gap.now})", style="bold"))
        console.print(Padding(Text(f"{gap.level} needs: {gap.needed}"), (0, 0, 0, 2)))


def _dimension(dimension: DimensionLine, console: Console) -> None:
    own = f"; your own estimate {level(dimension.self_level)}" if dimension.self_level is not None else ""
    title = f"{dimension.name}: {level(dimension.level)} ({dimension.level_name}), interval {span(dimension.interval)}{own}"
    console.print()
    console.print(Text(title, style="bold cyan"))
    for item in dimension.criteria:
        _criterion(item, console)


def _criterion(item: CriterionLine, console: Console) -> None:
    number = f" ({level(item.level)})" if item.level is not None else ""
    console.print(
        Padding(Text.assemble((item.title, "bold"), f": {item.level_name}{number}. ", (item.reason, "dim")), (0, 0, 0, 2))
    )
    for piece in item.evidence:
        mark = ", assisted" if piece.assisted else ""
        console.print(Padding(Text(f"“{piece.quote}” (turn {piece.turn}{mark})", style="italic"), (0, 0, 0, 6)))
    if item.next_level:
        console.print(Padding(Text(f"one level higher: {item.next_level}", style="dim"), (0, 0, 0, 6)))


def _times(console: Console, name: str, shares: tuple[Share, ...]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column(name)
    table.add_column("minutes", justify="right")
    planned = any(share.planned is not None for share in shares)
    if planned:
        table.add_column("planned", justify="right")
    for share in shares:
        table.add_row(Text(share.name), f"{share.minutes:.1f}", *([f"{share.planned:.1f}"] if share.planned is not None else []))
    console.print(table)
    console.print()


def _facts(console: Console, title: str, facts: tuple[FactLine, ...]) -> None:
    _heading(console, title)
    _bullets(console, tuple(f"{fact.text}{_matters(fact)}" for fact in facts) or ("None.",))


def _matters(fact: FactLine) -> str:
    return f" (matters for: {'; '.join(fact.matters_for)})" if fact.matters_for else ""


def _help(debrief: Debrief, console: Console) -> None:
    used = debrief.help
    _heading(console, "Help used")
    console.print(Text(f"{len(used.hints)} hints, {used.probes} probes, {used.follow_ups} follow-ups on your own words."))
    _bullets(console, used.hints)


def _reference(debrief: Debrief, console: Console) -> None:
    _heading(console, "Reference answer")
    for part in debrief.reference:
        console.print(Text(part.phase, style="bold"))
        console.print(Padding(Markdown(part.text), (0, 0, 1, 2)))
    if debrief.alternatives:
        console.print(Text("Equally good", style="bold"))
        _bullets(console, tuple(f"Instead of {item.instead_of}: {item.accept}. {item.because}" for item in debrief.alternatives))
    if debrief.patterns:
        console.print(Text(f"Pattern cards: {', '.join(debrief.patterns)}", style="dim"))


def _heading(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold underline"))


def _bullets(console: Console, lines: tuple[str, ...]) -> None:
    for line in lines:
        console.print(Padding(Text(f"• {line}"), (0, 0, 0, 2)))
