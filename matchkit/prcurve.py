"""A precision-recall curve as a picture: SVG in one piece, with nothing to load."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import PurePath

import numpy as np

from matchkit.evaluation import Evaluation
from matchkit.printable import printable
from matchkit.scoring import Curve, Threshold

_WIDTH, _HEIGHT = 760, 620
_LEFT, _TOP, _SIDE = 76, 84, 456
_POINTS = 1500
_ISO_LINES = (0.2, 0.4, 0.6, 0.8, 0.9)
_NAME = 60

_STYLE = """
    text { font-family: Inter, "Helvetica Neue", Arial, "Liberation Sans", sans-serif; fill: #1f2933; }
    .title { font-size: 19px; font-weight: 600; }
    .under { font-size: 13px; fill: #52606d; }
    .tick { font-size: 13px; fill: #52606d; }
    .axis { font-size: 15px; }
    .iso { font-size: 11px; fill: #7b8794; }
    .key { font-size: 13px; }
    .strong { font-weight: 600; }
""".rstrip()


def curve_svg(evaluation: Evaluation) -> str:
    """The curve of an evaluation that has scores, with its best threshold and that of the wanted precision.

    Raises
    ------
    ValueError
        There are no scores.
    """
    if evaluation.curve is None:
        raise ValueError("without scores there is no curve")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"  <title>Precision and recall of {_name(evaluation.predictions[0])}</title>",
        f"  <style>{_STYLE}\n  </style>",
        f'  <rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_heading(evaluation),
        *_axes(),
        *_iso_lines(),
        *_line(evaluation.curve),
        *_marks(evaluation),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(recall: float) -> float:
    return _LEFT + _SIDE * recall


def _y(precision: float) -> float:
    return _TOP + _SIDE * (1.0 - precision)


def _name(source: str) -> str:
    name = printable(PurePath(source).name or source)
    return escape(name if len(name) <= _NAME else f"{name[: _NAME - 1]}…")


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start", more: str = "") -> str:
    return f'  <text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}"{more}>{text}</text>'


def _heading(evaluation: Evaluation) -> Iterator[str]:
    yield _text(_LEFT, 34, "Precision and recall by threshold", "title")
    area = evaluation.average_precision
    told = f"{_name(evaluation.predictions[0])} against {_name(evaluation.truth[0])}"
    yield _text(_LEFT, 57, told + ("" if np.isnan(area) else f" · average precision {area:.3f}"), "under")


def _axes() -> Iterator[str]:
    for tick in range(6):
        share = tick / 5
        for x1, y1, x2, y2 in ((0.0, share, 1.0, share), (share, 0.0, share, 1.0)):
            yield (
                f'  <line x1="{_x(x1):.1f}" y1="{_y(y1):.1f}" x2="{_x(x2):.1f}" y2="{_y(y2):.1f}" '
                f'stroke="{"#52606d" if not tick else "#e4e7eb"}"/>'
            )
        yield _text(_x(share), _y(0.0) + 21, f"{share:.1f}", "tick", "middle")
        yield _text(_LEFT - 10, _y(share) + 4.5, f"{share:.1f}", "tick", "end")
    yield _text(_x(0.5), _y(0.0) + 48, "Recall", "axis", "middle")
    middle = _y(0.5)
    yield _text(26, middle, "Precision", "axis", "middle", f' transform="rotate(-90 26 {middle:.1f})"')


def _iso_lines() -> Iterator[str]:
    """Where F1 is the same: precision = F1 * recall / (2 * recall - F1)."""
    for f1 in _ISO_LINES:
        recall = np.linspace(f1 / (2.0 - f1), 1.0, 60)
        yield _path(recall, f1 * recall / (2.0 * recall - f1), 'stroke="#b8c2cc" stroke-dasharray="3 4"')
        yield _text(_x(1.0) + 6, _y(f1 / (2.0 - f1)) + 4, f"F1 {f1:g}", "iso")


def _line(curve: Curve) -> Iterator[str]:
    if not curve.true or not len(curve.threshold):
        return
    # At equal distances along recall and at the ends; more points than pixels show nothing.
    count = len(curve.threshold)
    kept = np.arange(count)
    if count > _POINTS:
        kept = np.unique(np.searchsorted(curve.recall, np.linspace(0.0, float(curve.recall[-1]), _POINTS)))
    recall, precision = curve.recall[kept], curve.precision[kept]
    # Between two thresholds nothing is reached: the precision of the next holds from one recall to the next.
    steps = np.repeat(recall, 2)[:-1], np.repeat(precision, 2)[1:]
    path = np.concatenate([[0.0], steps[0]]), np.concatenate([[precision[0]], steps[1]])
    yield _path(*path, 'stroke="#0b69a3" stroke-width="2.4" stroke-linejoin="round"')


def _path(recall: np.ndarray, precision: np.ndarray, look: str) -> str:
    points = " ".join(f"{_x(r):.1f},{_y(p):.1f}" for r, p in zip(recall, precision, strict=True))
    return f'  <polyline points="{points}" fill="none" {look}/>'


def _marks(evaluation: Evaluation) -> Iterator[str]:
    best, sure = evaluation.best, evaluation.sure
    x = _x(1.0) + 58
    if best is not None:
        yield _disc(_x(best.recall), _y(best.precision))
        yield _disc(x, _TOP + 8)
        yield from _key(x, _TOP + 12, "Best F1", best, f"F1 {best.f1:.3f}")
    top = _TOP + 132
    wanted = f"Precision {evaluation.wanted:g}"
    if sure is not None:
        yield _diamond(_x(sure.recall), _y(sure.precision))
        yield _diamond(x, top - 4)
        yield from _key(x, top, wanted, sure, f"surely {sure.bound:.3f}")
    else:
        yield _text(x - 6, top, wanted, "key strong")
        yield _text(x - 6, top + 20, "surely reached nowhere", "key")


def _disc(x: float, y: float) -> str:
    return f'  <circle cx="{x:.1f}" cy="{y:.1f}" r="6.5" fill="#cb6e17" stroke="#ffffff"/>'


def _diamond(x: float, y: float) -> str:
    place = f'transform="translate({x:.1f},{y:.1f}) rotate(45)"'
    return f'  <rect x="-5.5" y="-5.5" width="11" height="11" fill="#0f8613" stroke="#ffffff" {place}/>'


def _key(x: float, y: float, title: str, point: Threshold, further: str) -> Iterator[str]:
    yield _text(x + 14, y, title, "key strong")
    told = (
        f"threshold {point.threshold:.4g}",
        f"precision {point.precision:.3f}",
        f"recall {point.recall:.3f}",
        further,
    )
    for number, line in enumerate(told, 1):
        yield _text(x + 14, y + 20 * number, line, "key")
