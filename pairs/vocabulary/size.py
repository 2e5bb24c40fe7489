"""Sizes of clothes, shoes and beds: *UK 8*, *EU 42*, *size 10.5*, *XL*, *S/M*, *W32 L34*, *4T*, *queen size*."""

from __future__ import annotations

from pairs.lexicons import rows
from pairs.vocabulary.color import EDGE_COLOR
from pairs.vocabulary.measure import SIZE_LIKE, unit_pattern
from pairs.vocabulary.pattern import Pattern, VariationAttribute, alternatives
from pairs.vocabulary.size_values import AGES, LABEL, MONTHS, YEARS, canonical_sizes

_LETTER, _WORD, _ONE, _SLOT, _BED = (
    alternatives(row[0] for row in rows("sizes.tsv") if row[2] == group)
    for group in ("letter", "word", "one", "slot", "bed")
)
_CAPITAL = r"(?-i:[SML])"
# Every number ends at a word boundary, except behind a fraction sign, which is no word character.
_HALF = r"(?:(?:[.,]5|\s1/2)\b|\s?½|\b)"
_ANGLO = rf"(?:[12]?\d|3[0-6]){_HALF}"
_EURO = rf"(?:1[5-9]|[2-5]\d|6[0-8])(?:\s[12]/3\b|{_HALF})"
_WIDTH = r"(?:\s?(?:EE|2E|4E|[MWDBYCK]|wide|narrow|mens|womens|men'?s|women'?s|youth|kids)\b)?"
_BARE = r"[1-9]\d?(?:[.,]5)?"

_TROUSERS = r"(?i)\b(?:jeans?|pants?|trousers?|chinos?|denim|shorts?|hose|leggings)\b"
_BRAS = r"(?i)\b(?:bra|bras|bralette|bikini)\b"
_BED_TEXT = (
    r"(?i)\b(?:beds?|bedding|mattress|sheets?|duvet|comforter|quilt|headboard|coverlet|bedspread|pillow\s?cases?"
    r"|bedroom|futon|bunk|blanket|bettwäsche|matratze|colchón)\b"
)
_BED_NOUN = r"beds?|bedding|mattress|sheets?|duvet|comforter|quilt|headboard|fitted|flat|size"
_START = r"(?P<before>\s[-–—]\s*|[,:(\[]\s*|(?:[a-z]{3}|[0-9)])\s?[/|]\s*|\s[/|]\s*|[a-z)]-)"
_END = r"(?P<after>\s*$|\s*[/,|;)\]-]|\s+[-–—])"
_NUMBER_SLOT = r"[-–—/|]\s*[1-9]\d?(?:[.,]5)?\s*(?:$|[-–—/|])"
# Of a series, not in a size.
_INSTALMENTS = (
    r"(?i:\b(?:vol|volume|part|no|nr|season|chapter|episode|book|level|series|dis[ck]|cd|teil|band|tome|parte)"
    r"\.?\s[-–—]\s\d+)"
)


def _lookalikes() -> str:
    phrases = alternatives(row[0] for row in rows("size_lookalikes.txt"))
    unit = unit_pattern(*SIZE_LIKE, letters=False)
    plug = r"(?:UK|US|EU)\s?\d[\s-]?(?:pin|prong|port|plug|way|gang)"
    version = rf"(?:UK|USA?|EUR?|AU)\s?\d+(?:[.,](?:[0-46-9]|\d\d)|{unit})"
    compound = r"(?-i:[Ss]mall|[Mm]edium|[Ll]arge)-(?-i:[a-z]{3,})|(?:full|life|mid|pocket)-size\s\d+|X[SL]-?\d{2,}"
    measured = rf"(?:{LABEL})\s*:?\s*\d+(?:[.,]\d+)?{unit}"
    sleeves = rf"{_CAPITAL}[/-]{_CAPITAL}[-/]?[A-Z]|(?-i:L/S|S/S|L/L|M/M|M/S)"
    return rf"(?i:\b(?:(?:{phrases}|{plug}|{version}|{compound}|{sleeves})\b|{measured}))"


def _labelled() -> str:
    """What is a size wherever it stands."""
    value = (
        rf"(?:\d{{1,3}}{_HALF}(?:\s?[-/]\s?\d{{1,2}}{_HALF})?|\d{{1,2}}[TWMY]\b|(?:{_WORD}|{_SLOT}|{_LETTER}|[SML])\b)"
    )
    system = rf"(?:UK|USA?|AUS?|BR|JP)[\s.:-]*(?:(?:mens|womens|men'?s|women'?s|size|sz|M|W)\s*)?{_ANGLO}{_WIDTH}"
    euro = rf"EUR?[\s.:-]*(?:(?:size|sz)\s*)?{_EURO}|(?-i:FR|IT|DE|ES)[\s.:-]?(?:3[2-9]|[45]\d){_HALF}"
    behind = r"\d{1,2}(?:[.,]5)?(?-i:UK|US|EU)|\d{1,2}[.,]5\s(?-i:UK|US)|(?:3[4-9]|4\d)(?:[.,]5)?\s?(?-i:EU|EUR)"
    jeans = r"W\s?\d{2}\s?[/x-]?\s?L\s?\d{2}|\d{2}\s?W\s?[/x-]?\s?\d{2}\s?L"
    ages = rf"{AGES}\s?(?:{MONTHS}|{YEARS}|(?-i:[MY]))|ages?\s{AGES}(?:\s(?:{YEARS}))?|(?-i:[2-6]T)"
    named = rf"(?:(?:{_ONE}|{jeans}|{ages}|{behind})\b|{system}|{euro})"
    letters = rf"(?:{_LETTER}|{_WORD})(?:\s?[/-]\s?(?:{_LETTER}|{_WORD}|{_CAPITAL}))*\b"
    pair = rf"{_CAPITAL}\s?[/-]\s?(?:{_CAPITAL}|{_LETTER})\b(?:[/-](?:{_CAPITAL}|{_LETTER})\b)*"
    label = rf"(?:(?:{LABEL})[\s.:=#-]+|gr\.)"
    labelled = rf"{label}{value}(?:\s?[/&,]\s?{value})*{_WIDTH}|(?:size|sz)\d{{1,2}}{_HALF}"
    return rf"(?i)\b(?:(?:{label})?{named}|{labelled}|{letters}|{pair})"


def _patterns() -> tuple[Pattern, ...]:
    lookalikes = _lookalikes()
    colored = rf"\b(?:{EDGE_COLOR})\b"
    return (
        Pattern(rf"(?i)\b(?:{_BED})(?:\s?/\s?(?:{_BED}))+\b|\b(?:king|queen|twin)[\s-]sized?\b"),
        Pattern(
            rf"(?i)\b(?:{_BED})[\s-]sized?\b|\b(?:queen|cal(?:ifornia)?\s?king|super\s?king|king|twin\sxl)\b",
            where=_BED_TEXT,
        ),
        Pattern(rf"(?i)\b(?:{_BED})(?P<after>\s+(?:{_BED_NOUN})\b|\s*$|\s*[/,|)\]-])", where=_BED_TEXT),
        Pattern(_labelled(), lookalikes=lookalikes),
        Pattern(
            r"(?i)(?P<before>^\s*|[-–—/,|(]\s*)\d{1,2}(?:[.,]5)?\s(?:UK|US|EU)(?P<after>\s*$|\s*[/,|;)\]-])",
            lookalikes=lookalikes,
        ),
        Pattern(rf"{_START}(?:[SML]|[2-5]X){_END}", lookalikes=lookalikes),
        Pattern(rf"(?i)(?P<before>\s[-–—/|]\s*)(?:{_SLOT})(?P<after>\s*$|\s*[/|]|\s+[-–—]\s)"),
        Pattern(r"(?P<before>\s[-–—]\s)[sml](?P<after>\s*$|\s/\s)"),
        Pattern(r"(?P<before>\s[-–—]\s.{1,40}\s/\s)[sml](?P<after>\s*$)"),
        Pattern(r"(?P<before>[a-z]{2}\)?\s)[SML](?P<after>\s*$)", lookalikes=lookalikes),
        Pattern(r"(?i)\b(?:W\d{2}|L\d{2}|waist\s?\d{2})\b", where=_TROUSERS),
        Pattern(r"\b(?:2[68]|3[02468]|4[0246])\s?(?:AA|A|B|C|DDD?|D|E|FF|F|GG|G|H)\b", where=_BRAS),
        Pattern(
            rf"(?i)(?P<before>\s[-–—/|]\s*|[a-z)]-){_BARE}(?P<after>\s*[-–—/|]\s*{colored})",
            where=_NUMBER_SLOT,
        ),
        Pattern(rf"(?i)(?P<before>{colored}\s*[-–—/|]\s*){_BARE}(?P<after>\s*$|\s*[/|])", where=_NUMBER_SLOT),
        Pattern(rf"(?P<before>\s[-–—]\s[^/|]{{1,40}}\s/\s){_BARE}(?P<after>\s*$)", where=_NUMBER_SLOT),
        Pattern(rf"(?P<before>\s[-–—]\s){_BARE}(?P<after>\s/\s[^/|\d]+$)", where=_NUMBER_SLOT),
        Pattern(
            rf"(?P<before>\s[-–—]\s){_BARE}(?:[-–]{_BARE})?(?P<after>\s*$)", lookalikes=_INSTALMENTS, where=r"\d\s*$"
        ),
    )


SIZE = VariationAttribute("size", _patterns(), canonical_sizes, label="size ", beside="measure")
