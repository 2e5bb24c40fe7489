"""Whom a thing is made for: *men's*, *women's*, *unisex*, *boys*, *Damen*, *pour homme*, *para mujer*."""

from __future__ import annotations

from pairs.vocabulary.wordlist import WordList

_WORDS = WordList.read(
    "gender", label=r"genders?|sex|geschlecht|genre|sexe|género|genero|sexo|genere|sesso|geslacht|kön|køn|kjønn"
)

GENDER = _WORDS.attribute("gender")
