"""Reading: every cell comes back as it was, whatever the format, and bad files are named with the place."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchkit.errors import CatalogueError
from matchkit.layout import find_delimiter, scan
from matchkit.reading import Table, read_table

CELLS = st.text(st.sampled_from("ab0 .,;|\t\"'\\\r\n=+-@éß漢🙂\u200f\u2028\x0b\x1f"), max_size=8)


def cells_of(table: Table) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in table.frame.rows()]


def read_bytes(data: bytes, **options: str) -> Table:
    return read_table("-", stdin=io.BytesIO(data), **options)


def write_csv(rows: list[list[str]], delimiter: str = ",", ending: str = "\n", *, quote_all: bool = False) -> str:
    """RFC 4180; the csv module of some Python versions leaves a lone carriage return without quotes."""

    def cell(value: str) -> str:
        quoted = quote_all or set(value) & {delimiter, '"', "\r", "\n"}
        return '"' + value.replace('"', '""') + '"' if quoted else value

    return "".join(delimiter.join(map(cell, row)) + ending for row in rows)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    columns = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=columns, max_size=columns), min_size=1, max_size=6))
    return [[f"name {i}" for i in range(columns)], *rows]


@settings(deadline=None, max_examples=300)
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_cells_come_back_as_written(rows: list[list[str]], delimiter: str, ending: str, quote_all: bool) -> None:
    text = write_csv(rows, delimiter, ending, quote_all=quote_all)
    table = read_bytes(text.encode(), delimiter=delimiter)
    assert [table.frame.columns, *cells_of(table)] == rows
    assert set(table.frame.dtypes) == {pl.String}
    assert table.notes == ()


@settings(deadline=None, max_examples=150)
@given(tables(), st.sampled_from(["\n", "\r\n"]), st.lists(st.integers(0, 6), max_size=3))
def test_lines_are_where_rows_start(rows: list[list[str]], ending: str, blanks: list[int]) -> None:
    parts, expected, line = [], [], 1
    for number, row in enumerate(rows):
        for _ in range(blanks.count(number)):
            parts.append(ending)
            line += 1
        part = write_csv([row], ending=ending, quote_all=True)
        parts.append(part)
        expected.append(line)
        line += part.count("\n")
    table = read_bytes("".join(parts).encode(), delimiter=",")
    assert table.lines is not None
    assert table.lines.tolist() == expected[1:]
    assert cells_of(table) == rows[1:]


@settings(deadline=None, max_examples=100)
@given(tables(), st.sampled_from([",", ";", "\t", "|"]))
def test_scan_counts_the_fields_that_were_written(rows: list[list[str]], delimiter: str) -> None:
    text = write_csv(rows, delimiter)
    layout = scan(text.encode(), delimiter)
    assert layout.fault == -1
    assert [n for n in layout.fields.tolist() if n] == [len(row) for row in rows]


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from('ab,"\n'), max_size=24))
def test_any_text_is_read_as_the_csv_module_reads_it_or_refused(body: str) -> None:
    text = "id,title\n" + body
    try:
        table = read_bytes(text.encode(), delimiter=",")
    except CatalogueError:
        return
    if not table.notes:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
        assert cells_of(table) == rows[1:]


def test_scan_is_the_same_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    text = write_csv([["a", "b"], ['x "q" y', "two\r\nlines"], ["", "z,"]] * 5, ending="\r\n").encode()
    whole = scan(text, ",")
    for size in (1, 2, 7):
        monkeypatch.setattr("matchkit.layout._CHUNK", size)
        pieces = scan(text, ",")
        for name in ("starts", "ends", "fields", "lines"):
            assert getattr(pieces, name).tolist() == getattr(whole, name).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id;title;price\n1;a, b;1,5\n2;c, d;2,5\n", ";"),
        ("id\ttitle\n1\ta, b; c\n", "\t"),
        ('id,"title | sub"\n1,"a | b"\n', ","),
        ("id|title\n1|a,b\n", "|"),
        ("title\nred, blue\n", None),
    ],
)
def test_delimiter_is_found(text: str, expected: str | None) -> None:
    assert find_delimiter(text.encode()) == expected


def test_delimiter_is_found_where_the_sample_ends_inside_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matchkit.layout._SAMPLE", 200)
    rows = [["id", "text; more"], *([str(i), f"a;b\nline {i}; c"] for i in range(50))]
    assert find_delimiter(write_csv(rows).encode()) == ","


@pytest.mark.parametrize(
    ("encoding", "mark", "reported"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8 with byte order mark"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le with byte order mark"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be with byte order mark"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
        ("latin-1", b"", "cp1252"),
    ],
)
def test_encodings_are_found(encoding: str, mark: bytes, reported: str) -> None:
    text = "id,título\n1,Größe über\n2,naïve café\n"
    table = read_bytes(mark + text.encode(encoding))
    assert table.frame.columns == ["id", "título"]
    assert table.frame.rows() == [("1", "Größe über"), ("2", "naïve café")]
    assert table.encoding == reported


def test_encoding_can_be_named() -> None:
    text = "id,title\n1,Żółw\n"
    assert read_bytes(text.encode("cp1250"), encoding="cp1250").frame["title"].to_list() == ["Żółw"]


def test_bytes_that_windows_does_not_know_are_latin_1() -> None:
    assert read_bytes(b"id,title\n1,caf\xe9 \x81\n").encoding == "latin-1"


def test_one_broken_byte_in_utf8_is_named_with_its_offset() -> None:
    data = "id,title\n1,Größe\n2,Töpfe\n3,für".encode() + b"\xff\n"
    with pytest.raises(CatalogueError, match=rf"byte {data.index(0xFF)} \(line 4\) is 0xff.*--encoding"):
        read_bytes(data)


def test_a_byte_that_the_named_encoding_lacks_is_named() -> None:
    with pytest.raises(CatalogueError, match=r"byte 11 \(line 2\) cannot be read as ascii.*--encoding"):
        read_bytes(b"id,title\n1,\xc3\xa9\n", encoding="ascii")


@pytest.mark.parametrize(
    ("text", "cell", "noted"),
    [
        ('id,title\n1,5" disk\n2,x\n', '5" disk', False),
        ('id,title\n1,"a ""b"" c"\n2,6" y\n3,"p,q"\n', 'a "b" c', False),
        ('id,title\n1,"say \\"hi\\", you"\n2,x\n', 'say "hi", you', True),
        ('id,title\n"1","24" monitor, black"\n"2","x"\n', '24" monitor, black', True),
        ('id\ttitle\n1\t"Foo" bar\n2\tx\n', '"Foo" bar', True),
        ('id,title\n1,"C:\\dir, ""x"""\n', 'C:\\dir, "x"', False),
    ],
)
def test_quotes_that_break_the_rules_are_kept(text: str, cell: str, noted: bool) -> None:
    table = read_bytes(text.encode())
    assert table.frame["title"][0] == cell
    assert bool(table.notes) == noted


def test_a_lone_carriage_return_stays_in_its_cell_or_ends_lines_of_old_files() -> None:
    assert read_bytes(b"a,b\n1,x\ry\n").frame.rows() == [("1", "x\ry")]
    assert read_bytes(b'a,b\r1,"x, y"\r2,z\r').frame.rows() == [("1", "x, y"), ("2", "z")]


def test_an_empty_cell_is_told_from_a_quoted_one_and_a_last_line_may_lack_its_end() -> None:
    assert read_bytes(b'a,b\n1,""\n2,').frame.rows() == [("1", ""), ("2", None)]


def test_header_cells_are_unquoted_and_one_may_be_empty() -> None:
    assert read_bytes(b',"a ""q"", b","c\nd"\n1,2,3\n').frame.columns == ["", 'a "q", b', "c\nd"]


def test_odd_cells_survive() -> None:
    row = ["=1+1", "+1", "-1", "@x", " pad ", "x" * 10_000, "🙂", "\u202bשלום", "NaN", "a\0b", "00012"]
    rows = [[f"c{i}" for i in range(len(row))], row]
    assert cells_of(read_bytes(write_csv(rows).encode())) == [row]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (b"id,title\n", "header but no rows"),
        (b"id,title\n\n\n", "header but no rows"),
        (b"title\na\nb\n", r"one column, 'title'.*--delimiter \(tried: comma, semicolon, tab, pipe\)"),
        (b"a,b,a,b\n1,2,3,4\n", r"'a' \(columns 1, 3\); 'b' \(columns 2, 4\); rename"),
        (b"a,,\n1,2,3\n", r"no name \(columns 2, 3\)"),
        (b"a,b\n1,2\n3\n4,5,6\n7,8\n", r"2 of 4 rows .* 2 fields .*: line 3 has 1, line 4 has 3;"),
        (b'a,b\n1,"x\n2",y\n3,"z"\n', r"1 of 2 rows .*line 2 has 3"),
        (b'a,b\n1,x\n2,"y\n3,z\n', "line 3: a quote .* never ends"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"PAR1 damaged", "Parquet file is damaged"),
        (b"\x1f\x8bdamaged", "gzip file is damaged"),
    ],
)
def test_bad_text_is_refused_in_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(CatalogueError, match=message) as caught:
        read_bytes(data)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("standard input")


def test_only_twenty_bad_rows_are_listed() -> None:
    with pytest.raises(CatalogueError, match="line 21 has 1 and 10 more") as caught:
        read_bytes(b"a,b\n" + b"x\n" * 30 + b"1,2\n")
    assert str(caught.value).count("has 1") == 20


def test_line_numbers_of_bad_rows_count_line_breaks_in_cells() -> None:
    with pytest.raises(CatalogueError, match="line 5 has 3"):
        read_bytes(b'a,b\n1,"x\ny\nz"\n2,3,4\n')


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    (tmp_path / "catalog.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CatalogueError, match=r"catalogue\.csv: no such file; did you mean 'catalog\.csv'"):
        read_table(tmp_path / "catalogue.csv")
    with pytest.raises(CatalogueError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(CatalogueError, match="no such file"):
        read_table(tmp_path / "nowhere" / "x.csv")


FRAME = pl.DataFrame({"id": [1, 2], "title": ["a", None], "price": [1.5, 2.0], "tags": [["x"], ["y", "z"]]})


def test_parquet_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "table"
    FRAME.write_parquet(path)
    table = read_table(str(path))
    assert table.format == "parquet"
    assert table.frame.equals(FRAME)
    assert table.place(1) == "row 2"


def test_json_lines_and_arrays(tmp_path: Path) -> None:
    path = tmp_path / "table.jsonl"
    FRAME.write_ndjson(path)
    table = read_table(path)
    assert table.format == "jsonl"
    assert table.frame.equals(FRAME)
    table = read_bytes(b'\n{"a": 1, "b": "x"}\n\n{"b": "y", "c": true}\n')
    assert table.frame.rows() == [(1, "x", None), (None, "y", True)]
    assert table.place(1) == "line 4"
    array = read_bytes(json.dumps([{"a": "é\n", "b": 1}, {"a": None, "b": 2}], indent=1).encode())
    assert array.format == "json"
    assert array.frame.rows() == [("é\n", 1), (None, 2)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1, "b": 2}\n{"a": 1,\n', "line 2 is not valid JSON"),
        (b'{"a": 1, "b": 2}\n\n[1, 2]\n', "line 3 is not a JSON object"),
        (b'[{"a": 1, "b": 2}, 3]', "item 2 of the JSON array"),
        (b'[{"a": 1, "b": 2}', "is not valid JSON"),
        (b"[]", "is empty"),
        (b'{"a": 1}\n', "one column, 'a'"),
    ],
)
def test_bad_json_is_named(data: bytes, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        read_bytes(data)


def test_gzip_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert read_table(path).frame.rows() == [("1", "2")]


def test_frames_of_all_kinds_are_read() -> None:
    flat = FRAME.drop("tags")
    assert read_table(FRAME).frame.equals(FRAME)
    assert read_table(FRAME.lazy()).frame.equals(FRAME)
    assert read_table(flat.to_arrow()).frame.equals(flat)
    assert read_table(FRAME).place(0) == "row 1"


def test_pandas_frames_are_read_with_their_odd_columns() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": [1, 2, 3], 5: ["a", None, float("nan")], "mixed": [1, "x", None]})
    table = read_table(frame)
    assert table.frame.columns == ["id", "5", "mixed"]
    assert table.frame["5"].to_list() == ["a", None, None]
    assert table.frame["mixed"].to_list() == ["1", "x", None]
    frame.columns = ["a", "a", "b"]
    with pytest.raises(CatalogueError, match=r"'a' \(columns 1, 2\)"):
        read_table(frame)


@pytest.mark.parametrize("frame", [pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [], "b": []}), pl.DataFrame(), 3])
def test_frames_that_hold_no_table_are_refused(frame: object) -> None:
    with pytest.raises(CatalogueError):
        read_table(frame)
