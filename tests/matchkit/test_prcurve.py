"""The picture of a precision-recall curve: well-formed, complete in itself, and true to the numbers."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import matchkit
from matchkit.evaluation import Evaluation
from matchkit.prcurve import curve_svg

SVG = "{http://www.w3.org/2000/svg}"


def scored(count: int, *, seed: int = 0, wanted: float = 0.9) -> Evaluation:
    rng = np.random.default_rng(seed)
    label = rng.random(count) < 0.3
    score = np.clip(0.5 * label + rng.random(count) * 0.6, 0, 1)
    ids = {"left_id": [f"a{n}" for n in range(count)], "right_id": [f"b{n}" for n in range(count)]}
    truth = pl.DataFrame({**ids, "label": label.astype(int)})
    return matchkit.evaluate(pl.DataFrame({**ids, "score": score}), truth, precision=wanted, resamples=5)


def points(found: Evaluation) -> list[tuple[float, float]]:
    """The curve's own line, as recall and precision."""
    lines = ElementTree.fromstring(curve_svg(found)).findall(f"{SVG}polyline")
    solid = next(line for line in lines if line.get("stroke-width"))
    pairs = [tuple(map(float, point.split(","))) for point in solid.get("points", "").split()]
    return [((x - 76) / 456, 1 - (y - 84) / 456) for x, y in pairs]


def test_the_line_goes_through_every_point_of_the_curve() -> None:
    found = scored(60)
    assert found.curve is not None
    drawn = points(found)
    for recall, precision in zip(found.curve.recall, found.curve.precision, strict=True):
        assert any(abs(recall - x) < 1e-3 and abs(precision - y) < 1e-3 for x, y in drawn)
    assert all(-1e-9 <= x <= 1 + 1e-3 and -1e-3 <= y <= 1 + 1e-3 for x, y in drawn)


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    drawn = points(scored(20_000))
    assert len(drawn) < 3100
    assert drawn[0][0] == pytest.approx(0.0, abs=1e-3)
    assert drawn[-1][0] == pytest.approx(1.0, abs=1e-3)


def test_both_thresholds_are_marked_and_told() -> None:
    found = scored(400)
    assert found.best is not None
    assert found.sure is not None
    picture = curve_svg(found)
    for told in (f"F1 {found.best.f1:.3f}", f"surely {found.sure.bound:.3f}", "Precision 0.9", "Recall"):
        assert f">{told}</text>" in picture
    assert "surely reached nowhere" in curve_svg(scored(30, wanted=1.0))


def test_nothing_is_loaded_and_names_cannot_break_out() -> None:
    found = scored(30)
    hostile = '<script>alert("x")</script>&\x1b[31m' + "y" * 200
    picture = curve_svg(replace(found, predictions=(hostile, "pairs")))
    ElementTree.fromstring(picture)
    assert "<script" not in picture
    assert "\x1b" not in picture
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    assert "y" * 100 not in picture


def test_without_scores_or_matches_there_is_no_line() -> None:
    truth = pl.DataFrame({"left_id": ["a"], "right_id": ["b"], "label": [0]})
    with pytest.raises(ValueError, match="no curve"):
        curve_svg(matchkit.evaluate(truth, truth))
    found = matchkit.evaluate(truth.with_columns(score=pl.lit(0.5)), truth)
    lines = ElementTree.fromstring(curve_svg(found)).findall(f"{SVG}polyline")
    assert not [line for line in lines if line.get("stroke-width")]
