"""Writes the grading and consistency findings as one self-contained HTML page with pictures, and JSON beside it."""

import base64
import html
import io
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.scorecard import LEVEL_NAMES
from evals.consistency.run import ConsistencyReport
from evals.grading.agreement import AgreementReport
from evals.grading.figures import Figure

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.6rem 0 1.4rem}td,th{border:1px solid #ccc;padding:.25rem .6rem;text-align:right}
td:first-child,th:first-child{text-align:left}.pass{color:#0a6b2d}.fail{color:#a8071a;font-weight:600}img{max-width:100%}"""


def write_report(out: Path, agreements: Sequence[AgreementReport], consistency: ConsistencyReport | None = None) -> Path:
    """Write report.html and report.json into `out`; returns the page."""
    out.mkdir(parents=True, exist_ok=True)
    parts = [_agreement(item) for item in agreements] + ([_consistency(consistency)] if consistency else [])
    head = f"<meta charset='utf-8'><title>Grading</title><style>{STYLE}</style>"
    page = f"<!doctype html><html lang='en'>{head}{''.join(parts)}</html>"
    (out / "report.html").write_text(page, encoding="utf-8")
    both = [item.model_dump_json() for item in agreements]
    body = consistency.model_dump_json() if consistency else "null"
    (out / "report.json").write_text(f'{{"agreement": [{", ".join(both)}], "consistency": {body}}}\n', encoding="utf-8")
    return out / "report.html"


def _agreement(report: AgreementReport) -> str:
    about = (
        f"{html.escape(report.source)}; {html.escape(report.split)}; {report.n} interviews, {report.rows} criterion ratings, "
        f"{report.scenarios} scenarios. Correlation of level with length: {report.length_correlation:+.2f}."
    )
    slices = [(f"{s.kind} (n {s.n})", _cell(s.mae), _cell(s.bias), _cell(s.kept)) for s in report.slices]
    return "".join(
        [
            f"<h1>Agreement with known levels</h1><p>{about}</p>",
            "<h2>Overall level</h2>" + _figures(report.overall),
            "<h2>Criteria</h2>" + _figures(report.criteria),
            "<h2>Baselines (QWK), and by how much they are beaten</h2>" + _figures(report.baselines) + _figures(report.beats),
            "<h2>By dimension (QWK)</h2>" + _figures(report.by_dimension),
            "<h2>By kind of interview</h2>" + _table(("kind", "MAE", "bias", "on the right side of the bar"), slices),
            _picture("Known and found overall level", lambda axes: _scatter(axes, report)),
            _picture("Confusion of overall levels", lambda axes: _matrix(axes, report.confusion)),
            _picture("Reliability of 'at this level or above'", lambda axes: _reliability(axes, report)),
        ]
    )


def _consistency(report: ConsistencyReport) -> str:
    shifts = [(s.name, _cell(s.robust), _cell(s.mean_shift), f"{s.largest:.3f}") for s in (*report.invariance, report.injection)]
    moved = [(m.name, m.wanted.replace("_", " "), _cell(m.held), f"{m.mean:+.2f}") for m in report.moves]
    singles = {
        "identical on retest": report.retest,
        "verdict flips": report.flip_rate,
        "halo": report.halo,
        "early or late": report.early_late,
    }
    about = (
        f"{html.escape(report.grader)} on {html.escape(report.source)}: {report.n} interviews, {report.scenarios} scenarios; "
        f"{report.ungraded} with ungraded criteria."
    )
    return "".join(
        [
            f"<h1>Consistency</h1><p>{about}</p>" + _figures(singles),
            "<h2>Must not move</h2>" + _table(("change", "within 0.2 level", "mean shift / scale", "largest"), shifts),
            "<h2>Must move, or stay at the floor</h2>" + _table(("change", "wanted", "held", "mean"), moved),
        ]
    )


def _figures(figures: Mapping[str, Figure]) -> str:
    rows = [(name.replace("_", " "), _cell(item), str(item.n), item.target or "") for name, item in figures.items()]
    return _table(("", "value [95 %]", "n", "target"), rows)


def _cell(item: Figure | None) -> str:
    if item is None or item.value is None:
        return "–"
    text = f"{item.value:.3f}" + (f" [{item.interval[0]:.3f}, {item.interval[1]:.3f}]" if item.interval else "")
    if item.passed is None:
        return text
    return f"<span class='{'pass' if item.passed else 'fail'}'>{text} {'met' if item.passed else 'not met'}</span>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return "<table><tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in head) + f"</tr>{body}</table>"


def _picture(title: str, draw: Callable[[Any], None]) -> str:
    from matplotlib.figure import Figure as Canvas  # half a second that a run without a report should not pay

    canvas = Canvas(figsize=(5.2, 4.2), layout="constrained")
    axes = canvas.subplots()
    draw(axes)
    axes.set_title(title)
    buffer = io.BytesIO()
    canvas.savefig(buffer, format="png", dpi=110)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f"<img alt='{html.escape(title, quote=True)}' src='data:image/png;base64,{data}'>"


def _scatter(axes: Any, report: AgreementReport) -> None:
    axes.plot([0, 4], [0, 4], color="#bbbbbb", linewidth=1)
    axes.scatter([a for a, _ in report.points], [b for _, b in report.points], s=14, alpha=0.6)
    axes.set(xlabel="known level", ylabel="found level", xlim=(-0.1, 4.1), ylim=(-0.1, 4.1))


def _matrix(axes: Any, table: Sequence[Sequence[int]]) -> None:
    axes.imshow([[math.sqrt(value) for value in row] for row in table], cmap="Blues")
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            axes.text(j, i, str(value), ha="center", va="center")
    axes.set_xticks(range(5), LEVEL_NAMES, rotation=30)
    axes.set_yticks(range(5), LEVEL_NAMES)
    axes.set(xlabel="found", ylabel="known")


def _reliability(axes: Any, report: AgreementReport) -> None:
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1)
    axes.plot([p.probability for p in report.reliability], [p.share for p in report.reliability], marker="o")
    axes.set(xlabel="probability given", ylabel="share that was", xlim=(0, 1), ylim=(0, 1))
