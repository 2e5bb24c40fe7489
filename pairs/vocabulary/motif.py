"""Patterns on a surface: *striped*, *floral*, *polka dot*, *camo*, *kariert*, *à rayures*."""

from __future__ import annotations

from pairs.vocabulary.wordlist import WordList

_WORDS = WordList.read(
    "pattern",
    label=r"patterns?|prints?|muster|motif|motivo|estampado|estampa|fantasia|mønster|mönster|patroon",
    before=r"in|mit",
    after=r"patterns?|print|printed|prints|pattern\s+print|muster|motif",
)

MOTIF = _WORDS.attribute("pattern")
