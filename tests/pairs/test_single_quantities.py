from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairs.variation import canonical_value, read_values

FOUND = [
    ("length", "HDMI Cable 2m", "2000 mm", "HDMI Cable"),
    ("length", "HDMI Cable 2 m", "2000 mm", "HDMI Cable"),
    ("length", "Cable - 6 ft", "1830 mm", "Cable"),
    ("length", "Rope 10 metres", "10000 mm", "Rope"),
    ("length", "Curtain 100-120 cm", "1000 mm|1200 mm", "Curtain"),
    ("length", "Belt 95cm", "950 mm", "Belt"),
    ("length", "Belt (95 cm)", "950 mm", "Belt"),
    ("length", 'Chain 18"', "457 mm", "Chain"),
    ("length", "Rope 7'10\"", "2390 mm", "Rope"),
    ("length", "Rope 6 ft 2 in", "1880 mm", "Rope"),
    ("length", "18 inch chain, gold", "457 mm", "chain, gold"),
    ("capacity", "Milk 500 ml", "500 ml", "Milk"),
    ("capacity", "Bottle 0.5 L", "500 ml", "Bottle"),
    ("capacity", "Phone 128GB", "128 gb", "Phone"),
    ("capacity", "Phone 128 GB Black", "128 gb", "Phone Black"),
    ("capacity", "Cola 6 x 330 ml", "330 ml", "Cola 6 x"),
    ("capacity", "Cola 6x330ml", "330 ml", "Cola 6x"),
    ("capacity", "Soda 12 fl oz", "355 ml", "Soda"),
    ("capacity", "Kit 2 x 8GB", "8 gb", "Kit 2 x"),
    ("voltage", "Drill 18V", "18 v", "Drill"),
    ("voltage", "Drill 18 V", "18 v", "Drill"),
    ("voltage", "Motor 220-240V", "220 v|240 v", "Motor"),
    ("voltage", "Motor 110/220 V", "110 v|220 v", "Motor"),
    ("voltage", "Battery 12 volt", "12 v", "Battery"),
    ("voltage", "Charger (5V)", "5 v", "Charger"),
    ("voltage", "Bulb 12VDC", "12 v", "Bulb"),
]

LOOKALIKES = [
    ("length", "Rug 60 x 90 cm"),
    ("length", "Rug 5' x 7'"),
    ("length", "Rug 5'3\" x 7'6\""),
    ("length", "Milk 500 ml"),
    ("length", "3 in 1 printer"),
    ("capacity", "Coffee 500 g"),
    ("capacity", "Cable 2 m"),
    ("capacity", "3 in 1 printer"),
    ("capacity", "8 in Black"),
    ("voltage", "V-neck tee"),
    ("voltage", "Vol 5 v 6"),
    ("voltage", "Henry V"),
    ("voltage", "Rocky 5 v. Rambo"),
    ("voltage", "GTA V"),
    ("voltage", "SSD PCIe 3.0 V-NAND"),
    ("voltage", "2v2 match"),
]


@pytest.mark.parametrize(("attribute", "title", "value", "base"), FOUND)
def test_values_are_read_from_titles(attribute: str, title: str, value: str, base: str) -> None:
    assert read_values(pl.Series([title]), [attribute]).row(0) == (base, value)


@pytest.mark.parametrize(("attribute", "title"), LOOKALIKES)
def test_what_only_looks_like_a_value_stays(attribute: str, title: str) -> None:
    assert read_values(pl.Series([title]), [attribute]).row(0) == (title, None)


CELLS = [
    ("length", "2 m", "2000 mm"),
    ("length", "60 x 90 cm", "600x900 mm"),
    ("length", "6ft", "1830 mm"),
    ("length", "long", "long"),
    ("capacity", "0.5 L", "500 ml"),
    ("capacity", "128GB", "128 gb"),
    ("capacity", "500 g", "500 g"),
    ("voltage", "18V", "18 v"),
    ("voltage", "220-240 V", "220 v|240 v"),
    ("voltage", "18", "18"),
]


@pytest.mark.parametrize(("attribute", "cell", "value"), CELLS)
def test_cells_of_a_column_are_written_canonically(attribute: str, cell: str, value: str) -> None:
    written = canonical_value(pl.Series([cell]), attribute)
    assert written.to_list() == [value]
    assert canonical_value(written, attribute).to_list() == [value]


NAMES = ["length", "capacity", "voltage"]
WORDS = "2|m|500|ml|6|x|330 ml|18V|12|V|v|cm|60|90|'|\"|in|GB|to|5|½|1/2|l|(|)|/|,|Cable|8 in Black"
TITLES = st.lists(
    st.tuples(
        st.sampled_from(WORDS.split("|")),
        st.sampled_from([" ", " ", "", "-", " - "]),
    ),
    max_size=7,
).map(lambda parts: "".join(piece + gap for piece, gap in parts))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.one_of(TITLES, st.text(max_size=12)), min_size=1, max_size=60))
def test_reading_a_base_again_finds_nothing(titles: list[str]) -> None:
    first = read_values(pl.Series(titles), NAMES)
    again = read_values(first["base"], NAMES)
    assert again["base"].to_list() == first["base"].to_list()
    assert all(again[name].null_count() == len(titles) for name in NAMES)
