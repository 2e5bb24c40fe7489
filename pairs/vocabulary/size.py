"""Sizes of clothes, shoes and beds: *UK 8*, *EU 42*, *size 10.5*, *XL*, *S/M*, *W32 L34*, *4T*, *queen size*."""

from __future__ import annotations

from pairs.lexicons import rows
from pairs.vocabulary.color import EDGE_COLOR, SHADE, STAND_IN
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

# Waist and leg in inches: nothing else comes in such numbers behind a dash.
_WAIST_BY_LEG = r"(?:2[4-9]|[34]\d|50)\s?[x×]\s?(?:2[4-9]|3[0-8])"
_TROUSERS = r"(?i)(?-u:\b)(?:jeans?|pants?|trousers?|chinos?|denim|shorts?|hose|leggings)(?-u:\b)"
_BRAS = r"(?i)(?-u:\b)(?:bra|bras|bralette|bikini)(?-u:\b)"
_BED_TEXT = (
    r"(?i)(?-u:\b)(?:beds?|bedding|mattress|sheets?|duvet|comforter|quilt|headboards?|footboard|coverlet|bedspread"
    r"|pillow\s?cases?|bedroom|bed\s?frames?|box\s?spring|topper|trundle|daybed|futon|bunk|blanket|bettwäsche|matratze|colchón"
    r"|matelas|materasso|matras)(?-u:\b)"
)
_BED_PIECE = (
    r"(?i)(?-u:\b)(?:beds?|bedding|mattress(?:es)?|(?:head|foot)boards?|duvets?|comforters?|quilts?|coverlets?|bedspreads?"
    r"|(?:sheet|blanket|bedroom|sham)\s+sets?|(?:fitted|flat|bed)\s+sheets?|box\s?springs?|day\s?beds?|futons?|bunks?"
    r"|trundles?|bettwäsche|bettbezug|matratzen?|colchón|colchon|matelas|materasso|matras)(?-u:\b)"
)
_BED_NOUN = r"beds?|bedding|mattress|sheets?|duvet|comforter|quilt|headboard|fitted|flat|size"
_START = r"(?P<before>\s[-–—]\s*|[,:(\[]\s*|(?:[a-z]{3}|[0-9)])\s?[/|]\s*|\s[/|]\s*|[a-z)]-)"
_END = r"(?P<after>\s*$|\s*[/,|;)\]-]|\s+[-–—])"
_AT_END = r"(?:\s*$|\s*[/,|;)\]]|\s+[-–—])"
_NUMBER_SLOT = r"[-–—/|]\s*[1-9]\d?(?:[.,]5)?\s*(?:$|[-–—/|])"
# Of a series, not in a size.
_INSTALMENTS = (
    r"(?i:\b(?:vol|volume|part|no|nr|season|chapter|episode|book|level|series|dis[ck]|cd|teil|band|tome|parte)"
    r"\.?\s[-–—]\s\d+)"
)


_BED_WORDS = {"twin", "full", "single", "double", "king", "queen"}
_LOOKALIKES = [(row[0], set(row[0].split())) for row in rows("size_lookalikes.txt")]
_SLEEVES = rf"{_CAPITAL}[/-]{_CAPITAL}[-/]?[A-Z]|(?-i:L/S|S/S|L/L|M/M|M/S)"


def _lookalikes() -> str:
    phrases = alternatives(phrase for phrase, words in _LOOKALIKES if not words & _BED_WORDS)
    unit = unit_pattern(*SIZE_LIKE, letters=False)
    plug = r"(?:UK|US|EU)\s?\d[\s-]?(?:pin|prong|port|plug|way|gang)"
    version = rf"(?:UK|USA?|EUR?|AU)\s?\d+(?:[.,](?:[0-46-9]|\d\d)|{unit})"
    compound = r"(?-i:[Ss]mall|[Mm]edium|[Ll]arge)-(?-i:[a-z]{3,})|(?:full|life|mid|pocket)-size\s\d+|X[SL]-?\d{2,}"
    number, sides = r"\d+(?:[.,]\d+)?", r"\s?[x×]\s?\d+(?:[.,]\d+)?"
    measured = rf"(?:{LABEL})\s*:?\s*{number}(?:(?:{sides}){{0,2}}{unit}|(?:{sides}){{1,2}}\s?m\b|\s?['′’]\s?\d)"
    return rf"(?i:\b(?:(?:{phrases}|{plug}|{version}|{compound}|{_SLEEVES})\b|{measured}))"


def _bed_lookalikes() -> str:
    phrases = alternatives(phrase for phrase, words in _LOOKALIKES if words & _BED_WORDS)
    others = r"(?:dog|cat|pet|garden|planter|flower|truck|tanning|sun)\s+beds?"
    return rf"(?i:\b(?:{phrases}|(?:{_BED})\b.{{0,60}}?\b{others})\b)"


def _letter_lookalikes() -> str:
    phrases = alternatives(phrase for phrase, words in _LOOKALIKES if words & {"s", "m", "l"})
    return rf"(?i:\b(?:{phrases}|{_SLEEVES})\b)"


def _labelled() -> str:
    """What is a size wherever it stands."""
    value = (
        rf"(?:\d{{1,3}}{_HALF}(?:\s?[-/]\s?\d{{1,2}}{_HALF})?|\d{{1,2}}[TWMY]\b|(?:{_WORD}|{_SLOT}|{_LETTER}|[SML])\b)"
    )
    system = rf"(?:UK|USA?|AUS?|BR|JP)[\s.:-]*(?:(?:mens|womens|men'?s|women'?s|size|sz|M|W)\s*)?{_ANGLO}{_WIDTH}"
    euro = rf"EUR?[\s.:-]*(?:(?:size|sz)\s*)?{_EURO}|(?-i:FR|IT|DE|ES)[\s.:-]?(?:3[2-9]|[45]\d){_HALF}"
    fit = r"(?:[A-E]{1,3}\s?\([MWN]\)|[MWNDBE]|EE|[2-4]E)"
    behind = rf"\d{{1,2}}(?:[.,]5)?\s{fit}\s(?-i:US|UK)|"
    behind += r"\d{1,2}(?:[.,]5)?(?-i:UK|US|EU)|\d{1,2}[.,]5\s(?-i:UK|US)|(?:3[4-9]|4\d)(?:[.,]5)?\s?(?-i:EU|EUR)"
    jeans = r"W\s?\d{2}\s?[/x-]?\s?L\s?\d{2}|\d{2}\s?W\s?[/x-]?\s?\d{2}\s?L"
    ages = rf"{AGES}\s?(?:{MONTHS}|{YEARS}|(?-i:[MY]))|ages?\s{AGES}(?:\s(?:{YEARS}))?|(?-i:[2-6]T)"
    named = rf"(?:(?:{_ONE}|{jeans}|{ages}|{behind})\b|{system}|{euro})"
    letters = rf"(?:{_LETTER}|{_WORD})(?:\s?[/-]\s?(?:{_LETTER}|{_WORD}|{_CAPITAL}))*\b"
    pair = rf"{_CAPITAL}\s?[/-]\s?(?:{_CAPITAL}|{_LETTER})\b(?:[/-](?:{_CAPITAL}|{_LETTER})\b)*"
    label = rf"(?:(?:{LABEL})[\s.:=#-]+|gr\.|tg\.)"
    labelled_short = rf"(?-i:T)\.\s?(?:3[2-9]|[45]\d){_HALF}"
    sides = r"\d{1,3}(?:[.,]\d+)?(?:\s?[x×]\s?\d{1,3}(?:[.,]\d+)?){1,2}\b"
    labelled = rf"{label}(?:{sides}|{value}(?:\s?[/&,]\s?{value})*{_WIDTH})|(?:size|sz)\d{{1,2}}{_HALF}"
    return rf"(?i)\b(?:(?:{label})?{named}|{labelled}|{labelled_short}|{letters}|{pair})"


def _patterns() -> tuple[Pattern, ...]:
    lookalikes = _lookalikes()
    bed_lookalikes = _bed_lookalikes()
    letter_lookalikes = _letter_lookalikes()
    colored = rf"\b(?:{EDGE_COLOR})\b"
    return (
        Pattern(
            rf"(?i)\b(?:{_BED})(?:\s?/\s?(?:{_BED}))+\b|\b(?:king|queen|twin)[\s-]sized?\b"
            r"|(?P<before>\s[-–—]\s|[,/|(]\s*|[a-z]\s)(?:(?:cal\.?|e\.|california|eastern)\s?king|(?:twin|full)[\s-]xl)"
            r"(?P<after>\s*$|\s*[,/|)]|\s[-–—]\s)"
        ),
        Pattern(
            rf"(?i)\b(?:{_BED})(?:[\s-]sized?\b|\s+over\s+(?:{_BED})\b|\b)", lookalikes=bed_lookalikes, where=_BED_PIECE
        ),
        Pattern(
            rf"(?i)\b(?:{_BED})[\s-]sized?\b|\b(?:queen|cal(?:ifornia|\.)?\s?king|e\.\s?king|super\s?king|king|twin\sxl)\b",
            lookalikes=bed_lookalikes,
            where=_BED_TEXT,
        ),
        Pattern(
            rf"(?i)\b(?:{_BED})(?P<after>\s+(?:{_BED_NOUN})\b|\s*$|\s*[/,|)\]-])",
            lookalikes=bed_lookalikes,
            where=_BED_TEXT,
        ),
        Pattern(_labelled(), lookalikes=lookalikes),
        Pattern(
            r"(?i)(?P<before>^\s*|[-–—/,|(]\s*)\d{1,2}(?:[.,]5)?\s(?:UK|US|EU)(?P<after>\s*$|\s*[/,|;)\]-])",
            lookalikes=lookalikes,
        ),
        Pattern(rf"(?i)\b{_WAIST_BY_LEG}\b", where=_TROUSERS),
        Pattern(rf"(?i)(?P<before>\s[-–—/|]\s|[a-z)][-/]){_WAIST_BY_LEG}(?P<after>\s*$)", where=r"\d\s*$"),
        Pattern(rf"{_START}(?:[SML]|[2-5]X){_END}", lookalikes=lookalikes),
        Pattern(rf"(?i)(?P<before>\s[-–—/|]\s*)(?:{_SLOT})(?P<after>\s*$|\s*[/|]|\s+[-–—]\s)"),
        Pattern(r"(?P<before>\s[-–—]\s)[sml](?P<after>\s*$|\s/\s)"),
        Pattern(r"(?P<before>\s[-–—]\s.{1,40}\s/\s)[sml](?P<after>\s*$)"),
        Pattern(r"(?P<before>[a-z]{2}\)?\s)[SML](?P<after>\s*$)", lookalikes=letter_lookalikes),
        Pattern(
            rf"(?P<before>[a-z]{{2}}\)?,?\s)[SML](?P<after>\s+(?i:{SHADE}){_AT_END})",
            lookalikes=letter_lookalikes,
            where=r"[a-z]\)?,?\s[SML]\s",
        ),
        Pattern(
            rf"^(?P<before>\s*)[SML](?P<after>\s+(?i:{SHADE})\s+[\p{{L}}\d])",
            lookalikes=letter_lookalikes,
            where=r"^\s*[SML]\s",
        ),
        Pattern(
            rf"^(?P<before>{STAND_IN}\s)[SML](?P<after>\s+\p{{Lu}}\p{{L}}+\s)",
            lookalikes=letter_lookalikes,
            where=rf"^{STAND_IN}\s[SML]\s",
        ),
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
        Pattern(rf"(?P<before>\s[/|]\s|[\p{{L}})]/){_BARE}[-–]{_BARE}(?P<after>\s*$)", where=r"\d\s*$"),
    )


SIZE = VariationAttribute("size", _patterns(), canonical_sizes, label="size ", beside="measure")
