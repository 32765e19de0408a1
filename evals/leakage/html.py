"""Draws the leakage report as one self-contained HTML page."""

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Any

from evals.leakage.detect import ScoredTurn
from evals.leakage.figures import Figure
from evals.leakage.report import LeakageReport, Leaks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
table{border-collapse:collapse;margin:1rem 0}
td,th{padding:.25rem .75rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%}
blockquote{border-left:3px solid #ccc;margin:.25rem 0;padding-left:.75rem;color:#555}
"""


def page(report: LeakageReport) -> str:
    """The whole page; every text that comes from an interview is escaped."""
    parts = [
        f"<h1>Hint leakage</h1><p>{_covered(report)}.</p>",
        _how(report),
        _summary(report),
        _noninterference(report),
        "<h2>Leak rate over the interview</h2>",
        _image(lambda axes: _curve(axes, report), "Cumulative share of interviews in which something was told"),
        _table("By scenario", report.by_scenario),
        _table("By phase", report.by_phase),
        _table("By turn", report.by_turn),
        _table("By candidate profile", report.by_profile),
        "<h2>Concepts told, by scenario</h2>",
        _image(lambda axes: _concepts(axes, report), "Approach leaks by scenario and concept")
        if report.concepts
        else "<p>None.</p>",
        _uplift(report),
        _guard(report),
        _judge(report),
        "<h2>The turns that tell most</h2>",
        *(_turn(turn) for turn in report.worst),
    ]
    body = "\n".join(parts)
    head = f"<meta charset='utf-8'><title>Hint leakage</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'>{head}<body>{body}</body></html>"


def shown(figure: Figure | None, *, percent: bool = True) -> str:
    """A figure with its interval and n."""
    if figure is None or figure.value is None:
        return "not measured"
    scale, unit = (100, " %") if percent else (1, "")
    interval = (
        f" [{figure.low * scale:.3g}, {figure.high * scale:.3g}]" if figure.low is not None and figure.high is not None else ""
    )
    return f"{figure.value * scale:.3g}{unit}{interval}, n = {figure.n}"


def _covered(report: LeakageReport) -> str:
    stopped = f", {report.not_reached} not reached: the run was stopped" if report.not_reached else ""
    return f"{report.interviews} interviews, {len(report.skipped)} skipped{stopped}"


def _how(report: LeakageReport) -> str:
    """What the figures rest on, and what of it owes nothing to the guard."""
    known = report.detector
    rates = (
        f" On {known.n} labelled turns that it was not fitted on ({escape(known.on)}) it finds {known.recall:.1%} of the leaks"
        f" and raises a false alarm on {known.false_alarms:.1%} of the harmless turns."
        if known
        else ""
    )
    return (
        "<p>Leaks are found by a second scorer, not by the guard that reviewed these turns: it compares whole sentences where the"
        " guard compares word pieces, and its weights and its cut come from a fit of its own."
        f"{rates} It shares with the guard how a turn is cut into sentences and what counts as said already."
        " Non-interference needs no scorer at all, and uplift rests on the simulated candidate alone.</p>"
    )


def _summary(report: LeakageReport) -> str:
    rows = [
        ("Interviewer turns that state an undisclosed fact", shown(report.overall.fact)),
        ("Interviewer turns that name or imply an unraised concept", shown(report.overall.approach)),
        ("Interviews with any leak", shown(report.interviews_with_a_leak)),
        *(
            (f"telling@{k}: windows of {k} turns, side by side, that tell something", shown(figure))
            for k, figure in report.telling_at.items()
        ),
        ("Released facts that nobody asked for", shown(report.over_answering)),
        ("Facts agent's turns that state a fact they did not release", shown(report.facts_agent_leaks)),
    ]
    return _rows(rows)


def _noninterference(report: LeakageReport) -> str:
    found = report.noninterference
    if found is None:
        return ""
    rows = [
        ("Prefixes answered again with everything hidden swapped", f"{found.prefixes}, from {found.interviews} interviews"),
        ("Replies that differed outside the declassified channels", shown(found.leaks)),
        ("Interviews in which all turns heard, and all replies given, again came out as recorded", shown(found.reproduced)),
        *((f"Bits a turn through the {name} channel, at most", f"{bits:.3g}") for name, bits in found.bits_per_turn.items()),
    ]
    differing = "".join(
        f"<li>{escape(one.scenario)}, turn {one.turn}, {escape(one.where)}: "
        f"<q>{escape(one.real)}</q> / <q>{escape(one.decoy)}</q></li>"
        for one in found.differences[:20]
    )
    return f"<h2>Non-interference</h2>{_rows(rows)}<ul>{differing}</ul>"


def _uplift(report: LeakageReport) -> str:
    if report.uplift is None:
        return ""
    rows = [
        ("Mean rise over hidden concepts", shown(report.uplift.probability)),
        ("Mean of each turn's largest rise", shown(report.uplift.largest)),
        ("Bits a turn", shown(report.uplift.bits, percent=False)),
    ]
    return f"<h2>Counterfactual uplift</h2>{_rows(rows)}" + _image(
        lambda axes: _histogram(axes, report), "Distribution of uplift"
    )


def _guard(report: LeakageReport) -> str:
    if report.guard is None:
        return ""
    rows = [
        (
            f"{kind}",
            f"AUROC {shown(report.guard.auroc[kind], percent=False)}; recall at 5 % {shown(report.guard.recall_at_5[kind])}",
        )
        for kind in report.guard.auroc
    ]
    return f"<h2>The guard on labelled turns</h2>{_rows(rows)}"


def _judge(report: LeakageReport) -> str:
    if report.judge is None:
        return ""
    found = report.judge
    rows = [(f"Turns that it calls a leak: {kind}", shown(figure)) for kind, figure in found.told.items()]
    told = "".join(f"<li><b>{escape(one.turn[:600])}</b><br>{escape(one.leak)}: {escape(one.why)}</li>" for one in found.shown)
    head = f"<h2>A model's verdicts ({escape(found.validation)})</h2><p>{escape(found.model)}, {found.unscored} unscored.</p>"
    return f"{head}{_rows(rows)}<ul>{told}</ul>"


def _table(title: str, leaks: dict[str, Leaks]) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class='n'>{shown(one.fact)}</td><td class='n'>{shown(one.approach)}</td></tr>"
        for name, one in leaks.items()
    )
    return f"<h2>{escape(title)}</h2><table><tr><th></th><th>fact leaks</th><th>approach leaks</th></tr>{rows}</table>"


def _rows(rows: list[tuple[str, str]]) -> str:
    return (
        "<table>"
        + "".join(f"<tr><td>{escape(name)}</td><td class='n'>{escape(value)}</td></tr>" for name, value in rows)
        + "</table>"
    )


def _turn(turn: ScoredTurn) -> str:
    before = "".join(f"<blockquote>{escape(line[:400])}</blockquote>" for line in turn.context)
    about = f"fact {turn.fact_score:.2f} ({turn.fact_id}), approach {turn.approach_score:.2f} ({turn.concept_id})"
    where = f"{turn.scenario}, {turn.profile}, turn {turn.turn}"
    return f"<h3>{escape(where)}</h3>{before}<p><b>{escape(turn.text[:600])}</b><br>{escape(about)}</p>"


def _image(draw: Any, text: str) -> str:
    from matplotlib.figure import Figure as Canvas  # slow to load, and only the report needs it

    canvas = Canvas(figsize=(8, 3.6), layout="constrained")
    draw(canvas.subplots())
    buffer = io.BytesIO()
    canvas.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return f"<img alt='{escape(text)}' src='data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}'>"


def _curve(axes: "Axes", report: LeakageReport) -> None:
    points = [(nth, one) for nth, one in report.told_by_turn.items() if one.value is not None]
    turns = [nth for nth, _ in points]
    axes.plot(turns, [one.value or 0.0 for _, one in points], color="#225588")
    axes.fill_between(
        turns, [one.low or 0.0 for _, one in points], [one.high or 0.0 for _, one in points], alpha=0.2, color="#225588"
    )
    axes.set(xlabel="interviewer turn", ylabel="interviews with a leak so far", ylim=(0, 1))


def _concepts(axes: "Axes", report: LeakageReport) -> None:
    names = sorted({concept for row in report.concepts.values() for concept in row})
    scenarios = sorted(report.concepts)
    counts = [[report.concepts[scenario].get(name, 0) for name in names] for scenario in scenarios]
    axes.imshow(counts, aspect="auto", cmap="Reds")
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=7)
    axes.set_yticks(range(len(scenarios)), scenarios, fontsize=8)


def _histogram(axes: "Axes", report: LeakageReport) -> None:
    axes.hist([one.most for one in report.uplifts], bins=30, color="#225588")
    axes.set(xlabel="largest rise in probability of a hidden concept", ylabel="interviewer turns")
