"""Shapes of values, as regular expressions over stripped, lower-case text."""

from __future__ import annotations

_NUMBER = r"[-+]?(?:\d{1,3}(?:[.,' \u00a0]\d{3})+(?:[.,]\d+)?|\d*[.,]?\d+)"
_CURRENCY = (
    r"(?:[$€£¥₹₽₩₺₴₫₱฿]|us\$|usd|eur|euro|gbp|inr|cad|aud|nzd|chf|sek|nok|dkk|pln|czk|jpy|cny|brl|mxn|zar|"
    r"rs\.?|kr\.?|zł)"
)
_UNITS = (
    r"mg|g|gr|gm|kg|lbs?|oz|fl\.? ?oz|ml|cl|dl|l|ltr|liters?|litres?|mm|cm|m|km|ft|feet|in|inch(?:es)?|\"|''|"
    r"mb|gb|tb|mhz|ghz|hz|kw|w|watts?|v|volts?|mah|ah|%|mins?|minutes?|h|hrs?|hours?|s|sec|days?|years?|yrs?|"
    r"°c?f?|dpi|mp|lm|k|bar|psi|rpm|db"
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|februar|märz|mai|juni|juli|okt|dez|"
    r"janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic)[a-zé]*\.?"
)
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_DAY_OR_MONTH = r"(?:0?[1-9]|[12]\d|3[01])"
_LETTER_SIZE = (
    r"(?:\d{0,2}x{0,4}[sl]|m|\d{1,2}xl|one ?size|o/?s|small|medium|large|extra (?:small|large))"
    r"(?:[ /-](?:x{0,4}[sl]|m|\d{1,3}))?"
)
_COUNTRY_SIZE = r"(?:uk|eu|us|it|fr|de|w|eur)[ .]?\d{1,3}(?:[.,/]\d{1,2})?(?: ?l ?\d{2})?"

#: Name of a shape to its regular expression, in the dialect of polars.
PATTERNS: dict[str, str] = {
    "url": r"^(?:https?://|www\.)\S+$",
    "domain": r"^(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/\S*)?$",
    "image": r"\.(?:jpe?g|png|gif|webp|bmp|tiff?|svg|avif)(?:\?\S*)?$",
    "email": r"^[^\s@]+@[^\s@]+\.[a-z]{2,}$",
    "number": rf"^{_NUMBER}$",
    "decimal": r"^[-+]?\d*[.,]\d{1,2}$|^[-+]?\d*\.\d+$",
    "integer": r"^[-+]?\d+(?:\.0)?$",
    "price": rf"^(?:{_CURRENCY} ?{_NUMBER}|{_NUMBER} ?{_CURRENCY})(?:[ /].{{0,12}})?$",
    "unit": rf"^{_NUMBER} ?(?:{_UNITS})$",
    "phone": r"^\+?[\d\s().\-/]{7,22}(?:\s?(?:x|ext)\.?\s?\d{1,6})?$",
    "grouped": r"^(?:\+|0|\()\d*[)\s/-][\d\s().\-/]{5,18}$|^\+\d{8,15}$|"
    r"^\+?\(?\d{2,4}\)?[ ./-]{1,2}\(?\d{2,4}\)?[ .-]{1,2}\d{2,4}(?:[ .-]\d{2,4}){0,2}$",
    "year": rf"^{_YEAR}(?:\.0)?$",
    "loose_year": rf"^'?\d\d$|^{_YEAR}(?:\.0)?$",
    "iso_date": rf"^{_YEAR}[-/.](?:0?[1-9]|1[0-2])(?:[-/.]{_DAY_OR_MONTH})?(?:[t ]\d\d:\d\d.*)?$",
    "dmy_date": rf"^{_DAY_OR_MONTH}[-/.]{_DAY_OR_MONTH}[-/.](?:\d\d|{_YEAR})(?: \d\d?:\d\d.*)?$",
    "compact_date": r"^(?:1[7-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$",
    "word_date": rf"^(?:\d{{1,2}}[ .-]{{1,2}}{_MONTH}[ ,-]+\d{{2,4}}|{_MONTH} (?:\d{{1,2}},? )?\d{{4}})$",
    "digit": r"\d",
    "letter": r"\p{L}",
    "space": r"\s",
    "size": rf"^(?:{_LETTER_SIZE}|{_COUNTRY_SIZE})$",
}
