"""The age a thing is made for: *adult*, *kids*, *toddler*, *infant*, *newborn*, *Kinder*, *bébé*."""

from __future__ import annotations

from pairs.vocabulary.wordlist import WordList

_WORDS = WordList.read(
    "age_group",
    label=r"age[\s_-]?groups?|ages?|altersgruppe|groupe\sd['’]âge|grupo\sde\sedad|fascia\sd['’]età|leeftijd(?:sgroep)?",
)

AGE_GROUP = _WORDS.attribute("age_group")
