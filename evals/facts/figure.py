"""Draws the trade-off between recognising what the sheet does not hold and refusing what it does."""

from collections.abc import Mapping, Sequence
from pathlib import Path

Curve = Sequence[tuple[float, float, float]]


def draw(curves: Mapping[str, Curve], target: Path) -> Path:
    """Write a PNG or SVG (by suffix) with refusal recall over false refusal for each labelled curve; returns the path."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # 0.5 s, which only a picture should cost
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for label, curve in curves.items():
        axes.plot([false for _, _, false in curve], [recall for _, recall, _ in curve], marker=".", markersize=3, label=label)
    axes.set(xlabel="false refusal", ylabel="refusal recall", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    axes.set_title("Where to stop answering, every threshold")
    axes.grid(visible=True, alpha=0.3)
    if curves:
        axes.legend(loc="lower right", fontsize=8)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=150)
    return target
