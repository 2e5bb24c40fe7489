"""How many come together: *pack of 2*, *6-pack*, *12 ct*, *6 x 330 ml*, *2er Set*, *lot de 2*."""

from __future__ import annotations

import re

from pairs.vocabulary.measure import NUMBER, unit_pattern
from pairs.vocabulary.pattern import Pattern, VariationAttribute, alternatives

_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "one single",
            "two twin double duo",
            "three triple trio",
            "four quad",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        start=1,
    )
    for word in words.split()
}
_COUNT = r"[1-9]\d{0,3}"
_SPELLED = alternatives(_WORDS)
_HOLDER = r"packs?|pks?|sets?|cases?|box(?:es)?|lots?|bundles?|cartons?|packets?|bags?|boîtes?|pakke|pak|packung"
_OF = (
    r"lot de|pack de|pack of|paquete de|paquetes de|juego de|caja de|boîte de|set de|set da|confezione da|pacco da"
    r"|conjunto de|conjunto com|kit com|kit de|caixa com|set van|doos van|pak van|pakke med|sett med|sats om"
)
_BEHIND = (
    r"packs?|pks?|pck|paks?|pakning|packung|pcs|pieces?|piece set|pièces?|piezas?|pezzi|peças?|stück|stueck|stk|stuks"
    r"|ct|cnt|counts?|unidades|unités?|uds|pairs?|teilig|tlg|delig"
)
_CONTENTS = rf"{NUMBER}{unit_pattern('volume', 'weight')}"

_BUS = r"(?i:\bpci[\s-]?e?(?:xpress)?[\s\d.]*x\s?\d+)"

_PATTERNS = (
    Pattern(
        r"(?i)(?P<before>^|[\s(\[,/+:])"
        rf"(?:(?:(?:{_HOLDER})\s+of|{_OF})\s+(?:{_COUNT}|{_SPELLED})\b"
        rf"|{_COUNT}\s?er[\s-]?(?:pack|set|packung|box)\b|(?:[2-9]|1[02])er\b"
        rf"|{_COUNT}(?:[\s/-]?(?:{_BEHIND})|-?(?-i:pc)|\s(?-i:pc)\s(?:set|kit))\b\.?|{_COUNT}\s?pc\(s\)"
        rf"|(?:{_SPELLED})[\s-]pack\b)(?:\s+of\b)?"
    ),
    Pattern(rf"(?i)\b{_COUNT}\s?[x×]\s?(?P<after>{_CONTENTS})"),
    Pattern(rf"(?i)(?P<before>\b{_CONTENTS}\s?)[x×]\s?{_COUNT}(?P<after>\s*$|\s*[/,|;)\]]|\s+[^\d\s])"),
    Pattern(rf"(?P<before>[^\s\d]\s|[(\[])[x×]\s?{_COUNT}(?P<after>\s*$|\s*[/,|;)\]]|\s+[-–—]\s)", lookalikes=_BUS),
    Pattern(r"(?P<before>[(\[]\s*|[/,|]\s*|\s[-–—]\s*)[2-6]\s?[x×](?P<after>\s*$|\s*[/,|;)\]])"),
    Pattern(rf"(?P<before>^\s*){_COUNT}\s?[x×](?P<after>\s+[\p{{L}}])"),
)


def canonical_packs(span: str) -> tuple[str, ...]:
    """Write the quantity of a found span: ``"twin pack"`` -> ``("2",)``."""
    text = span.casefold()
    count = re.search(r"\d+", text)
    if count:
        return (str(int(count.group())),)
    return tuple(str(_WORDS[word]) for word in re.findall(rf"\b(?:{_SPELLED})\b", text))[:1]


PACK = VariationAttribute("pack", _PATTERNS, canonical_packs)
