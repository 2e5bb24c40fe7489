"""``matchkit variants``: options, files and mistakes; the matching itself is replaced by a stand-in."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import matchkit
from matchkit.catalogue import Catalogue, output_names
from matchkit.cli import main
from matchkit.config import Config
from matchkit.familytable import family_table
from matchkit.ignoring import resolve_ignored
from matchkit.pairtable import PairTable
from matchkit.results import Result
from matchkit.schema import understand
from matchkit.userattributes import UserAttribute


@dataclass
class FakePipeline:
    """Stands in for ``matchkit.pipeline``: all rows are one family, and settings are resolved as in a run."""

    calls: list[dict[str, Any]] = field(default_factory=list)

    def variants(self, source: Any, config: Config, *, model: None = None, progress: Any, work: Any) -> Result:
        self.calls.append({"source": source, "config": config})
        with progress.stage("reading"):
            catalogue = Catalogue.read("catalog.csv" if source == "-" else source, config)
            ignored = resolve_ignored(config, catalogue, understand(catalogue, config))
        names, _ = output_names(catalogue.frame.columns, [one.name for one in ignored])
        groups = pl.DataFrame({"entity_id": catalogue.ids}).with_columns(
            family_id=pl.lit("1"), needs_review=pl.lit(False)
        )
        values = pl.DataFrame({one.name: ["navy", "red"] for one in ignored})
        added = groups.with_columns(values.rename(lambda name: f"variant_{name}"), confidence=pl.lit(1.0))
        pairs = pl.DataFrame({"left_id": ["1"], "right_id": ["2"], "label": ["variant"]})
        pairs = pairs.with_columns(p_exact=pl.lit(0.0), p_variant=pl.lit(0.98768), differs_in=pl.lit("color"))
        records = pl.concat([catalogue.frame, added.select(*names).rename(names)], how="horizontal")
        families = family_table(catalogue.ids, groups, catalogue.frame["title"], values, pairs)
        run = {"columns": [{"name": "title", "role": "text", "kind": "title"}], "input": {"id_column": "id"}}
        return Result(records, PairTable.of(pairs), run, families, names)


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    monkeypatch.setitem(sys.modules, "matchkit.pipeline", fake)
    monkeypatch.setattr(matchkit, "pipeline", fake, raising=False)
    return fake


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "catalog.csv"
    path.write_text("id,title,shop,finish\n1,=Mug,north,\n2,+Mug,south,\n")
    return path


def run(command: str) -> int:
    return main(command.split())


def test_the_files_are_written_and_nothing_is_said(
    pipeline: FakePipeline, catalogue: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("variants catalog.csv -o out") == 0
    assert capfd.readouterr() == ("", "")
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "families.csv",
        "pairs.csv",
        "records.csv",
        "run.json",
    ]
    assert Path("out/records.csv").read_text() == (
        "id,title,shop,finish,entity_id,family_id,variant_color,variant_size,confidence,needs_review\n"
        "1,=Mug,north,,1,1,navy,navy,1.0,false\n"
        "2,+Mug,south,,2,1,red,red,1.0,false\n"
    )
    assert Path("out/families.csv").read_text().splitlines()[1] == (
        '1,=Mug,2,2,"color,size",navy | red,navy | red,1 2,0.9877,false'
    )


@pytest.mark.parametrize(
    ("group_format", "file"),
    [("schema.org", "families.jsonld"), ("google", "google.tsv"), ("shopify", "shopify.csv")],
)
def test_families_for_others(group_format: str, file: str, pipeline: FakePipeline, catalogue: Path) -> None:
    assert run(f"variants catalog.csv -o out --group-format {group_format} --format parquet") == 0
    assert Path("out", file).stat().st_size
    names = ["records.parquet", "pairs.parquet", "families.parquet", file, "run.json"]
    assert json.loads(Path("out/run.json").read_text())["files"] == names


def test_every_option_reaches_the_run(pipeline: FakePipeline, catalogue: Path) -> None:
    options = (
        "-i color,finish --ignore pack --require gender --require shop --within shop --id id --ignore-column finish "
        "--prefer 0.7 --neighbours 5 --encoder hashed --classifier ecm --threads 2 --seed 9 --encoding cp1252 "
        "--delimiter , --format parquet --quiet --force"
    )
    assert main(["variants", "-", "--output", "out", *options.split()]) == 0
    assert pipeline.calls[0]["source"] == "-"
    assert pipeline.calls[0]["config"] == Config(
        ignore=("color,finish", "pack"),
        require=("gender", "shop"),
        within="shop",
        id="id",
        ignore_columns=("finish",),
        prefer=0.7,
        neighbours=5,
        classifier="ecm",
        threads=2,
        seed=9,
        encoding="cp1252",
        delimiter=",",
    )


def test_what_the_command_line_ignores_replaces_what_the_file_says(pipeline: FakePipeline, catalogue: Path) -> None:
    Path("m.toml").write_text('ignore = ["size", "coat"]\nwithin = "shop"\n[attributes.coat]\nvalues = ["matte"]\n')
    assert run("variants catalog.csv -o one -c m.toml") == 0
    assert run("variants catalog.csv -o two -c m.toml -i flavor") == 0
    first, second = (call["config"] for call in pipeline.calls)
    assert (first.ignore, first.within) == (("size", "coat"), "shop")
    assert first.attributes == second.attributes == {"coat": UserAttribute(("matte",))}
    assert (second.ignore, second.within) == (("flavor",), "shop")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("variants", "missing argument 'FILE'"),
        ("variants catalog.csv", "missing option '--output'"),
        ("variant catalog.csv -o out", "did you mean 'variants'"),
        (
            "variants catalog.csv -o out --group-format amazon",
            "'amazon' is not one of 'schema.org', 'google', 'shopify'",
        ),
        (
            "variants catalog.csv -o out --ignore colr",
            "'colr' is neither a column of catalog.csv nor a known attribute",
        ),
        ("variants catalog.csv -o out --ignore colr", "did you mean 'color'"),
        ("variants catalog.csv -o out --ignore colr", "Attributes: color, size, pack, material, pattern, flavor"),
        ("variants catalog.csv -o out --ignore color,xyzzy", "'xyzzy' is neither"),
        ("variants catalog.csv -o out --ignore ,", "ignore: ',' is not allowed"),
        ("variants catalog.csv -o out --ignore id", "'id' is the id of the rows"),
        ("variants catalog.csv -o out --require size", "require: 'size' is ignored too"),
        ("variants catalog.csv -o out -i colour --require color", "require: 'color' is ignored too"),
        (
            "variants catalog.csv -o out --within shp",
            "within: catalog.csv has no column 'shp', did you mean 'shop'",
        ),
        ("variants catalog.csv -o out -c bad.toml", "pattern: '(' is no regular expression (unclosed group)"),
        ("variants catalog.csv -o out -c empty.toml", "'coat': the list of values is empty"),
        ("variants catalog.csv -o catalog.csv", "it is a file"),
    ],
)
def test_mistakes_are_told_in_a_sentence_and_nothing_is_written(
    command: str, words: str, pipeline: FakePipeline, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.toml").write_text("[attributes.coat]\npattern = '('\n")
    Path("empty.toml").write_text("[attributes.coat]\nvalues = []\n")
    before = sorted(Path().iterdir())
    assert run(command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("matchkit: error: ")
    assert words in err
    assert err.count("\n") == 1
    assert sorted(Path().iterdir()) == before


def test_the_input_is_not_replaced(pipeline: FakePipeline, catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue.rename("families.csv")
    assert run("variants families.csv -o . --force") == 2
    assert "input file families.csv" in capsys.readouterr().err
    assert pipeline.calls == []


def test_a_pattern_in_the_settings_does_not_keep_threads_from_being_limited(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "m.toml").write_text("threads = 1\n[attributes.coat]\npattern = 'x'\n")
    code = (
        "import sys; from pathlib import Path; from matchkit.cli.options import resolve_config; "
        "resolve_config(Path(sys.argv[1]), ignore_columns=None); import polars; print(polars.thread_pool_size())"
    )
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", code, str(tmp_path / "m.toml")]
    assert subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout == "1\n"
