"""How many come together: *pack of 2*, *6-pack*, *5-p*, *12 ct*, *6 x 330 ml*, *2er Set*, *Dreierpack*, *lot de 2*."""

from __future__ import annotations

import re

from pairs.lexicons import fold
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
_JOINED = {
    word: number
    for number, words in {
        2: "zweier doppel dubbel dobbelt duo twin två",
        3: "dreier trippel trio tre",
        4: "vierer quattro fyr",
        5: "fünfer fuenfer fem",
        6: "sechser six",
        8: "achter",
        10: "zehner",
        12: "zwölfer zwoelfer",
    }.items()
    for word in words.split()
}
_COUNT = r"[1-9]\d{0,3}"
_SPELLED = alternatives(_WORDS)
_GERMAN = [word for word in _JOINED if word.endswith("er") or word == "doppel"]
_FOLDED_JOINED = {fold(word): str(number) for word, number in _JOINED.items()}
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

# Of poles, pence, persons and players.
_POLES = (
    r"connectors?|extensions?|extender|terminals?|plugs?|sockets?|cables?|poles?|circuit|breakers?|mcb|rcd|rcbo|isolator"
    r"|contactors?|switch(?:es)?|adapt[eo]rs?|pins?|headers?|wires?|jacks?|coins?|stamps?|players?|game|tents?|sofa"
)
_SEATS = r"tents?|tente|zelt|tienda|tenda|telt|tält|sofa|couch|canapé|divano|bivy|breaker|connector"
_NOT_PACKED = rf"(?i:\b\d{{1,2}}-?p[\s-](?:{_POLES})\b|\b(?:{_SEATS})\b[^,]{{0,60}}?\b\d{{1,2}}-?p\b)"

_PATTERNS = (
    Pattern(
        r"(?i)(?P<before>^|[\s(\[,/+:])"
        rf"(?:(?:(?:{_HOLDER})\s+of|{_OF})\s+(?:{_COUNT}|{_SPELLED})\b"
        rf"|{_COUNT}\s?er[\s-]?(?:pack|set|packung|box)\b|(?:[2-9]|1[02])er\b"
        rf"|{_COUNT}(?:[\s/-]?(?:{_BEHIND})|-?(?-i:pc)|\s(?-i:pc)\s(?:set|kit))\b\.?|{_COUNT}\s?pc\(s\)"
        rf"|(?:{_SPELLED})[\s-]pack\b|(?:{alternatives(_JOINED)})[\s-]?pac?k(?:ung|je|ke|ning)?\b"
        rf"|(?:{alternatives(_GERMAN)})[\s-]?(?:set|box)\b)(?:\s+of\b)?"
    ),
    Pattern(
        r"(?P<before>^|[\s(\[,/|])(?:[2-9]|1[0-2])-?[pP](?P<after>\s*$|\s+[\p{L}(–-]|\s*[)\],/;|])",
        lookalikes=_NOT_PACKED,
        where=r"\b\d{1,2}-?[pP]\b",
    ),
    Pattern(r"(?i)(?P<before>^|[\s(\[,/|])[1-9]\d?(?:\s-\s?|-\s)packs?\b", where=r"(?i)\d(?:\s-|-\s)\s?pack"),
    Pattern(rf"(?i)\b{_COUNT}\s?[x×]\s?(?P<after>{_CONTENTS})"),
    Pattern(rf"(?i)(?P<before>\b{_CONTENTS}\s?)[x×]\s?{_COUNT}(?P<after>\s*$|\s*[/,|;)\]]|\s+[^\d\s])"),
    Pattern(rf"(?P<before>[^\s\d]\s|[(\[])[x×]\s?{_COUNT}(?P<after>\s*$|\s*[/,|;)\]]|\s+[-–—]\s)", lookalikes=_BUS),
    Pattern(r"(?P<before>[(\[]\s*|[/,|]\s*|\s[-–—]\s*)[2-6]\s?[x×](?P<after>\s*$|\s*[/,|;)\]])"),
    Pattern(rf"(?P<before>^\s*){_COUNT}\s?[x×](?P<after>\s+[\p{{L}}])"),
)


def canonical_packs(span: str) -> tuple[str, ...]:
    """Write the quantity of a found span: ``"twin pack"`` -> ``("2",)``."""
    text = fold(span)
    count = re.search(r"\d+", text)
    if count:
        return (str(int(count.group())),)
    words = tuple(str(_WORDS[word]) for word in re.findall(rf"\b(?:{_SPELLED})\b", text))
    joined = re.findall(rf"\b({'|'.join(_FOLDED_JOINED)})[\s-]?(?=pac?k|set|box)", text)
    return (*words, *(_FOLDED_JOINED[word] for word in joined))[:1]


PACK = VariationAttribute("pack", _PATTERNS, canonical_packs)
