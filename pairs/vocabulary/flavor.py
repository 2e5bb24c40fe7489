"""Flavours and scents: *vanilla*, *lavender*, *unscented*, *salted caramel*, *Erdbeere*, *goût fraise*."""

from __future__ import annotations

from pairs.vocabulary.wordlist import WordList

_WORDS = WordList.read(
    "flavor",
    label=r"flavou?rs?|scents?|fragrances?|aroma|geschmack|duft|goût|parfum|sabor|gusto|smaak|geur|smak|smag|doft|duft",
    before=r"goût|parfum|saveur|sabor(?:\s+a)?|gusto|geschmack|arôme|al\s+gusto\s+di|met\s+smaak\s+van",
    after=r"flavou?r(?:ed|s)?|scent(?:ed)?|fragrance|aroma|geschmack|duft|smaak|smak|smag|doft",
)

FLAVOR = _WORDS.attribute("flavor")
