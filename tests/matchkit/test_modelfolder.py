"""A model in a folder comes back as it was, and a folder that was tampered with is refused in one sentence."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import matchkit
from matchkit import Config, Model, ModelError, OutputError


def tables() -> tuple[pl.DataFrame, pl.DataFrame]:
    names = [f"{maker} lamp {code}" for maker in ("Arden", "Corvo", "Tarn") for code in range(200, 220)]
    left = pl.DataFrame({"id": [f"l{n}" for n in range(60)], "title": names, "price": [str(n) for n in range(60)]})
    right = left.select(
        id=pl.col("id").str.replace("l", "r"), title=pl.col("title").str.to_uppercase() + "x", price="price"
    )
    return left, right


def labels() -> pl.DataFrame:
    pairs = [(f"l{n}", f"r{n}", 1) for n in range(30)] + [(f"l{n}", f"r{(n + 7) % 60}", 0) for n in range(60)]
    return pl.DataFrame(pairs, schema=["ltable_id", "rtable_id", "label"], orient="row")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "model"
    matchkit.train(*tables(), train=labels(), config=Config(id="id")).save(folder)
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "model"))


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    told = json.loads((folder / "model.json").read_text())
    change(told)
    (folder / "model.json").write_text(json.dumps(told))


def test_a_model_comes_back_as_it_was(saved: Path, tmp_path: Path) -> None:
    model = Model.load(saved)
    model.save(tmp_path / "again")
    for file in saved.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    pairs = labels()
    assert matchkit.predict(model, *tables(), pairs=pairs, config=Config(id="id")).height == pairs.height


def test_the_folder_says_what_the_model_is(saved: Path) -> None:
    told = json.loads((saved / "model.json").read_text())
    assert told["matchkit"] == matchkit.__version__
    assert [column["name"] for column in told["columns"]] == ["title", "price"]
    assert told["config"] == {"neighbours": 10, "encoder": "hashed", "seed": 0}
    assert len(told["training"]["fingerprint"]) == 64
    assert told["metrics"]["exact_duplicate"]["pairs"] == 90
    assert {"name": "title.cos", "about": "title"} in told["features"]
    assert {path.suffix for path in saved.iterdir()} == {".json", ".ubj"}


def test_a_folder_in_use_is_not_written_into(saved: Path) -> None:
    with pytest.raises(OutputError, match="not empty"):
        Model.load(saved).save(saved)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder; give the folder that 'matchkit train' wrote"):
        Model.load(tmp_path / "nowhere")
    with pytest.raises(ModelError, match=r"there is no model\.json in it"):
        Model.load(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="is a file"):
        Model.load(tmp_path / "file")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"[1]", "is no model of matchkit"),
        (b"{}", "is no model of matchkit"),
        (b'{"format": 99, "matchkit": "9.0"}', r"has the format '99', written by matchkit 9\.0"),
        (b'{"format": 1}', "has no 'columns'"),
    ],
)
def test_a_model_file_that_is_none(folder: Path, content: bytes, message: str) -> None:
    (folder / "model.json").write_bytes(content)
    with pytest.raises(ModelError, match=message):
        Model.load(folder)


def _set(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(told: Any) -> None:
        for key in path[:-1]:
            told = told[key]
        if to is None:
            del told[path[-1]]
        else:
            told[path[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("columns", to=[]),
        _set("columns", to="title"),
        _set("columns", 0, "role", to="wizard"),
        _set("columns", 0, "role", to="image"),
        _set("columns", 0, "kind", to="hat"),
        _set("columns", 0, "name", to="price"),
        _set("columns", 0, "name", to=7),
        _set("two_tables", to=False),
        _set("two_tables", to="yes"),
        _set("config", "neighbours", to=10**9),
        _set("config", "neighbours", to=1.5),
        _set("config", "encoder", to="pickle:evil"),
        _set("config", to=[]),
        _set("features", to=[]),
        _set("features", 0, to={"name": "title.cos"}),
        _set("features", 0, to=None),
        _set("questions", to={}),
        _set("questions", "exact", "threshold", to=2.0),
        _set("questions", "exact", "threshold", to="0.5"),
        _set("questions", "exact", "slope", to=-1.0),
        _set("questions", "exact", "slope", to=1e308),
        _set("questions", "exact", "offset", to=-1e308),
        _set("questions", "exact", "slope", to=float("nan")),
        _set("questions", "exact", "offset", to=10**400),
        _set("questions", "exact", "boosters", to=[]),
        _set("questions", "exact", "boosters", 0, "file", to="../model.json"),
        _set("questions", "exact", "boosters", 0, "file", to="/etc/passwd"),
        _set("questions", "exact", "boosters", 0, "file", to="exact-77.ubj"),
        _set("questions", "exact", "boosters", 0, "sha256", to="0" * 64),
        _set("training", "fingerprint", to=None),
        _set("metrics", to=3),
        _set("notes", to=[3]),
        _set("matchkit", to=None),
    ],
)
def test_a_model_that_was_edited_by_hand(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    edit(folder, change)
    with pytest.raises(ModelError, match=r"train the model again$"):
        Model.load(folder)


def tampered(folder: Path, data: bytes) -> None:
    """A booster replaced, with the digest that goes with it."""
    (folder / "exact-0.ubj").write_bytes(data)
    edit(folder, _set("questions", "exact", "boosters", 0, "sha256", to=hashlib.sha256(data).hexdigest()))


@pytest.mark.parametrize("data", [b"", b"{", b"{L", b"not a booster", b"\0" * 1000, b"{L\0\0\0\0\0\0\0\7learner"])
def test_a_booster_that_is_none(folder: Path, data: bytes) -> None:
    tampered(folder, data)
    with pytest.raises(ModelError, match=r"exact-0\.ubj is no booster of this model"):
        Model.load(folder)


def test_a_booster_that_is_cut_off_or_missing(folder: Path) -> None:
    data = (folder / "exact-0.ubj").read_bytes()
    (folder / "exact-0.ubj").write_bytes(data[:-100])
    with pytest.raises(ModelError, match="is not the booster that was saved"):
        Model.load(folder)
    tampered(folder, data[:-100])
    with pytest.raises(ModelError, match="is no booster of this model"):
        Model.load(folder)
    (folder / "exact-0.ubj").unlink()
    with pytest.raises(ModelError, match="no such file"):
        Model.load(folder)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("split_indices", 10_000, "a feature that there is not"),
        ("left_children", 0, "a branch that leads nowhere"),
        ("right_children", 10_000, "a branch that leads nowhere"),
    ],
)
def test_a_tree_that_leads_astray_is_not_walked(field: str, value: int, message: str, saved: Path) -> None:
    from matchkit.trained.trees import check_tree

    booster = Model.load(saved).exact.boosters[0]
    tree = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]["trees"][0]
    features = len(Model.load(saved).features)
    check_tree(tree, features)
    tree[field][0] = value
    with pytest.raises(ValueError, match=message):
        check_tree(tree, features)


def test_a_booster_of_another_model(folder: Path, tmp_path: Path) -> None:
    left, right = (table.drop("price") for table in tables())
    other = (
        left.with_columns(note=pl.lit("oak ") + pl.col("title")),
        right.with_columns(note=pl.lit("ash ") + pl.col("title")),
    )
    matchkit.train(*other, train=labels(), config=Config(id="id")).save(tmp_path / "other")
    tampered(folder, (tmp_path / "other" / "exact-0.ubj").read_bytes())
    with pytest.raises(ModelError, match="features, and the model has"):
        Model.load(folder)
