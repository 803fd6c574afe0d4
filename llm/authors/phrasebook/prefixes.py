"""Units with an SI prefix, read with the capitals that the sentence has: mW and MW differ by a thousand millions."""

import re

from llm.authors.phrasebook.numbers import value_of
from llm.authors.phrasebook.reading import Quantity, Reading, Span

KILO = "#kilo"
"""キロ by itself: a thousand of something; of what, the field tells."""

_PREFIXED = re.compile(
    r"(?P<prefix>[kKGMmμun])(?P<base>Wh|W|VA|V|Ah|A|Hz|Pa|lx|lm|Ω|ohm|S|N|J|g|L|l|m|bar|t|T|Sv|Bq|mol|rpm)"
    r"(?P<rest>[23]?(?:[/·][A-Za-z0-9]{1,6})?)(?![A-Za-z0-9])"
)
_NOT = {"Mm", "MA", "MS", "Mg", "MT", "Mm3", "nt", "nT", "kT", "ml/s"}
_PREFIX_WORDS = {"キロ": "k", "メガ": "M", "ギガ": "G", "ミリ": "m", "マイクロ": "μ", "kilo": "k", "mega": "M", "giga": "G", "milli": "m", "micro": "μ"}  # fmt: skip
_BASE_WORDS = {
    "ワット時": "Wh", "ワット": "W", "ボルト": "V", "アンペア": "A", "ヘルツ": "Hz", "パスカル": "Pa", "ルクス": "lx", "ルーメン": "lm", "オーム": "Ω",
    "ジーメンス": "S", "ニュートン": "N", "ジュール": "J", "グラム": "g", "リットル": "L", "メートル": "m", "バール": "bar", "watt-hour": "Wh", "watt": "W",
    "volt": "V", "ampere": "A", "amp": "A", "hertz": "Hz", "pascal": "Pa", "lux": "lx", "lumen": "lm", "ohm": "Ω", "siemens": "S", "newton": "N",
    "joule": "J", "gram": "g", "litre": "L", "liter": "L", "metre": "m", "meter": "m", "bar": "bar",
}  # fmt: skip
_SPELLED_OUT = re.compile(
    rf"(?P<prefix>{'|'.join(_PREFIX_WORDS)})(?P<base>{'|'.join(_BASE_WORDS)})(?:s(?![a-z]))?(?![a-zァ-ヶ])"
)
_OTHERS = re.compile(
    r"(?P<word>mmhg|torr|atm|inch(?:es)?|feet|foot|ft|yards?|miles?(?: per hour)?|mph|knots?|pounds?|lbs?|gallons?|gpm|ounces?|oz|lumens?|ohms?|siemens|"
    r"joules?|cfm|ntu|bpm|kelvins?)(?![a-z])"
)
_OTHER_UNITS = {
    "mmhg": "mmHg", "inches": "inch", "feet": "ft", "foot": "ft", "yards": "yard", "miles": "mile", "miles per hour": "mph", "mile per hour": "mph", "knots": "knot",
    "pounds": "lb", "pound": "lb", "lbs": "lb", "gallons": "gallon", "gpm": "gallon/min", "ounces": "oz", "ounce": "oz", "lumens": "lm", "lumen": "lm",
    "ohms": "ohm", "siemens": "S", "joules": "J", "joule": "J", "ntu": "NTU", "kelvins": "K", "kelvin": "K",
}  # fmt: skip
_STRANGE = re.compile(r"(?=[A-Za-zμΩ°]*(?:[μΩ/]|[a-z][A-Z]))[A-Za-zμΩ°]+(?:/[A-Za-z0-9]+)?(?![A-Za-z0-9-])")
_WARI = re.compile(
    r"(?P<n>\d{1,2}|[一二三四五六七八九十])割(?![合り込引]|増(?![しえ]))(?:(?P<m>\d|[一二三四五六七八九])分(?!間))?"
)


def exact_unit(reading: Reading, at: int) -> tuple[str, int] | None:
    """The unit with a prefix (or otherwise unusual) that stands after a number that ends at `at`, and where it ends."""
    start = at + 1 if reading.text[at : at + 1] in (" ", "-") else at
    if (found := _PREFIXED.match(reading.text, start)) and found.group() not in _NOT:
        prefix = {"K": "k", "u": "μ"}.get(found["prefix"], found["prefix"])
        base = {"l": "L"}.get(found["base"], found["base"])
        return f"{prefix}{base}{found['rest']}", found.end()
    if words := _SPELLED_OUT.match(reading.low, start):
        return f"{_PREFIX_WORDS[words['prefix']]}{_BASE_WORDS[words['base']]}", words.end()
    if other := _OTHERS.match(reading.low, start):
        return _OTHER_UNITS.get(other["word"], other["word"]), other.end()
    if kilo := re.compile(r"キロ(?![ァ-ヶー])").match(reading.low, start):
        return KILO, kilo.end()
    if strange := _STRANGE.match(reading.text, start):
        return f"?{strange.group().lower()}", strange.end()
    return None


def tenths(reading: Reading) -> list[Span]:
    """割 and 分: 2割5分 is 25 %."""
    found = []
    for match in _WARI.finditer(reading.low):
        whole, part = value_of(match["n"]), value_of(match["m"]) if match["m"] else 0
        if whole is not None and part is not None:
            quantity = Quantity(whole * 10 + part, "%")
            found.append(Span(match.start(), match.end(), match.group(), quantity=quantity))
    return found
