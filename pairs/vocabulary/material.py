"""What a thing is made of: *cotton*, *stainless steel*, *60% Cotton 40% Polyester*, *aus Leder*, *solid oak*."""

from __future__ import annotations

from pairs.vocabulary.wordlist import WordList

_WORDS = WordList.read(
    "material",
    label=r"materials?|fabric|materiaal|matériau|matière|matiere|material(?:e|i)|materiale|stoff|tessuto|tejido|tyg",
    before=r"made\s+(?:of|from)|in|aus|en|de|di|van|av|af",
    share=True,
)

MATERIAL = _WORDS.attribute("material")
