"""Files that were made to do harm, or are something else: each is refused with a sentence, and soon."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import random
import signal
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matchkit.challenge.submissions import readingparquet
from matchkit.challenge.submissions.limits import Limits
from matchkit.challenge.submissions.validation import read_submission
from matchkit.challenge.task import Task
from matchkit.errors import SubmissionError

HEAD = b"id,cluster_id\n"


@pytest.fixture
def task(tmp_path: Path) -> Task:
    pl.DataFrame({"id": ["a", "b"]}).write_parquet(tmp_path / "test.parquet")
    return Task(tmp_path, "t", "clusters", "?", "b_cubed_f1")


def refused(source: bytes | str | Path | pl.DataFrame, task: Task, limits: Limits | None = None) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_submission(source, task, limits=limits)
    assert caught.value.faults
    text = str(caught.value)
    assert len(text) < 10_000
    assert text.replace("\n", "").isprintable()
    return text


def parquet(table: pa.Table | pl.DataFrame, **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(table.to_arrow() if isinstance(table, pl.DataFrame) else table, out, **options)
    return out.getvalue()


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (HEAD, "a header but no rows"),
        (b"\x80\x04\x95", "a Python pickle, which is never opened"),
        (pickle.dumps({"a": 1}), "a Python pickle"),
        (zipped("TASK.csv"), "a zip archive"),
        (zipped("[Content_Types].xml"), "a spreadsheet workbook"),
        (zipped("xl/workbook.xml"), "a spreadsheet workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (gzip.compress(HEAD, mtime=0), "compressed with gzip"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b'{"id": 1}', "JSON"),
        (b"PAR1", "damaged"),
        (b"PAR1" + bytes(100) + b"PAR1", "damaged"),
        (HEAD + "é,1\n".encode("latin-1"), "line 2: byte 15 is 0xe9, which is not UTF-8; save it as UTF-8"),
        (HEAD.decode().encode("utf-16-le"), "line 1: byte 2 is a zero, as in UTF-16 without a byte order mark"),
        (HEAD.decode().encode("utf-32"), "UTF-32"),
        ("id,cluster_id\n".encode("utf-16") + b"\x00\xdc", "line 2: byte 31 cannot be read as utf-16-le"),
        (HEAD + b'a,"1\nb,2\n', "line 2: a quote stands where"),
        (HEAD + b'a,1"\nb,"2\n', "a quote stands where"),
        (HEAD + b'a,"1"x\n', "a quote stands where"),
        (HEAD + b"a,1,2\nb\n", "2 rows that do not have the 2 fields of the header"),
        (b"a\x1b[31m,b\nx,y\n", "among 'a\\x1b[31m', 'b'"),
        (HEAD + b"\x1b]0;x\x07,1\n", "the id '\\x1b]0;x\\x07' is not in the test"),
        (HEAD + "\u202eabc,1\n".encode(), "the id '\\u202eabc' is not in the test"),
        (b"," * 20_000, "the file has 20,001 columns"),
        (b"," * 20_000 + b"\nx", "the file has 20,001 columns"),
        (b"x" * 2_000_000, "which is no header"),
        (HEAD + b"a,1\nb," + b"x" * 20_000, "line 3: the cluster_id is longer than 10,000 bytes"),
        (HEAD + b"x,1\n" * 2_000, "the file has 2,000 rows; at most 1,004 are read"),
    ],
)
def test_what_is_no_submission_is_said_to_be_what_it_is(task: Task, data: bytes, said: str) -> None:
    assert said in refused(data, task)


def test_large_files_are_refused_before_they_are_read(task: Task, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as handle:
        handle.truncate(300_000_000)
    assert "the file has 300,000,000 bytes; at most 200,000,000 are read" in refused(large, task)
    assert "at most 10 are read" in refused(HEAD + b"a,1\nb,2\n", task, Limits(file_bytes=10))
    assert "the file has 2,000,001 lines; at most 1,004 rows are read" in refused(HEAD + b"\n" * 2_000_000, task)
    assert "delimiters, quotes and line ends" in refused(HEAD + b"\n" * 5_000, task, Limits(marks=1_000))


@pytest.mark.parametrize("part", [b"\n", b"\r", b",", b'"', b'""', b'"\n', b',"', b'"",', b"\r\n", b'\\"', b"a,"])
def test_repeating_one_mark_takes_no_long_time(task: Task, part: bytes) -> None:
    refused(HEAD + part * (1_000_000 // len(part)), task)
    refused(part * (1_000_000 // len(part)), task)
    refused(HEAD + b'a,"' + part * (1_000_000 // len(part)), task)


def test_what_is_no_regular_file_does_not_hang(task: Task, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert "it is no regular file" in refused(path, task)
    assert "it is a folder" in refused(tmp_path, task)
    (tmp_path / "submission.csv").write_bytes(HEAD)
    assert "there is no such file; did you mean 'submission.csv'?" in refused(tmp_path / "submision.csv", task)
    assert "cannot be read" in refused("a\0b", task)


def test_parquet_with_more_rows_or_columns_than_are_read(task: Task) -> None:
    rows = parquet(pl.DataFrame({"id": ["a"] * 2_000, "cluster_id": ["b"] * 2_000}))
    assert "the file has 2,000 rows" in refused(rows, task)
    columns = parquet(pl.DataFrame({f"c{number}": ["a"] for number in range(60)}))
    assert "the file has 60 columns; at most 50 are read" in refused(columns, task, Limits(columns=50))
    assert "a header but no rows" in refused(parquet(pl.DataFrame({"id": [], "cluster_id": []})), task)
    assert "there is no column 'id'" in refused(parquet(pl.DataFrame({"x": ["a"]})), task)


@pytest.mark.parametrize("dictionary", [True, False])
def test_one_huge_text_that_all_rows_share(task: Task, dictionary: bool) -> None:
    huge = pa.array(["x" * 5_000_000])
    indices = pa.array([0] * 1_000, pa.int32())
    shared = pa.DictionaryArray.from_arrays(indices, huge)
    table = pa.table({"id": pa.array(["a"] * 1_000), "cluster_id": shared})
    data = parquet(table, compression="zstd", store_schema=dictionary)
    assert len(data) < 1_000_000
    said = refused(data, task)
    assert "longer than 10,000 bytes" in said


def test_a_page_that_unpacks_to_more_than_there_is_memory_for(task: Task) -> None:
    table = pa.table({"id": pa.array(["a"]), "cluster_id": pa.array(["x" * 200_000_000])})
    data = parquet(table, compression="zstd", use_dictionary=False, write_statistics=False)
    assert len(data) < 1_000_000
    assert "the Parquet file is damaged" in refused(data, task, Limits(parquet_bytes=500_000_000))
    assert "longer than 10,000 bytes" in refused(data, task)


def test_types_that_are_no_ids(task: Task) -> None:
    for column in (
        pl.Series([[1], [2]]),
        pl.Series([{"a": 1}, {"a": 2}]),
        pl.Series([b"a", b"b"]),
        pl.Series(["2020-01-01", "2020-01-02"]).str.to_date(),
    ):
        frame = pl.DataFrame({"id": column, "cluster_id": ["1", "2"]})
        for source in (frame, parquet(frame)):
            assert "the column 'id' is of the type" in refused(source, task)
    objects = pl.DataFrame({"id": pl.Series([object(), object()], dtype=pl.Object), "cluster_id": ["1", "2"]})
    assert "the column 'id' is of the type Object" in refused(objects, task)
    harmless = pl.DataFrame({"id": ["a", "b"], "cluster_id": ["1", "2"], "more": [[1], [2]]})
    assert read_submission(parquet(harmless), task).frame.rows() == [("a", "1"), ("b", "2")]


def test_damaged_parquet_never_ends_the_process(task: Task) -> None:
    good = parquet(pl.DataFrame({"id": ["a", "b"] * 200, "cluster_id": ["1", "2"] * 200}))
    draw = random.Random(1)
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(draw.randint(1, 4)):
            bad[draw.randrange(len(bad) - 700, len(bad))] = draw.randrange(256)
        refused(bytes(bad), task)


def test_the_decoder_is_started_again_after_it_was_killed(task: Task) -> None:
    data = parquet(pl.DataFrame({"id": ["a", "b"], "cluster_id": ["1", "2"]}))
    assert read_submission(data, task).frame.height == 2
    process = readingparquet._decoder._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert "damaged, or takes more than" in refused(data, task)
    assert read_submission(data, task).frame.height == 2


def test_a_decoder_that_is_too_slow_is_ended(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    data = parquet(pl.DataFrame({"id": ["a", "b"], "cluster_id": ["1", "2"]}))
    read_submission(data, task)
    process = readingparquet._decoder._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    assert "or 1 seconds to read" in refused(data, task, Limits(parquet_seconds=1))
    assert process.poll() is not None
