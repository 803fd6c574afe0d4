"""Numbers as people write them: 1,200 · 1.5万 · 三十 · minus fifteen · twenty-five · seven point one."""

import re

_SMALL = {w: n for n, w in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"])}  # fmt: skip
_TENS = {
    w: 10 * n for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_WORDS = {**_SMALL, **_TENS, "hundred": 100, "thousand": 1000, "dozen": 12}
_KANJI = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "億": 100_000_000}

SIGN = r"(?:(?:minus|negative|マイナス|氷点下|零下|負の)\s?|(?<![a-zA-Z0-9%°])-\s?)"
DIGITS = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)(?:\.\d{1,15})?|\d{1,15}(?!\d)(?:\.\d{1,15})?|\.\d{1,15})"
KANJI = r"(?<![〇零一二三四五六七八九十百千万])[〇零一二三四五六七八九十百千万]{1,16}(?:[・点][〇零一二三四五六七八九]{1,8})?"
JAPANESE = rf"(?:{DIGITS}[百千万億]{{0,2}}(?:{DIGITS}[百千万]{{0,2}})?|{KANJI})"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
ENGLISH = (
    rf"(?:(?:a (?=hundred|thousand|dozen))?\b(?:{_WORD})\b(?:(?:\s|-|\sand\s)\b(?:{_WORD})\b)*"
    rf"(?:\spoint(?:\s(?:{'|'.join(list(_SMALL)[:10])}))+)?)"
)
NUMBER = rf"(?:{JAPANESE}|{ENGLISH})"


def value_of(text: str) -> float | None:
    """The number that `text` (matched by NUMBER, without sign) says; None where it is none."""
    text = text.strip()
    plain = text.replace(",", "")
    if re.fullmatch(r"\d*\.?\d+", plain):
        return float(plain)
    return _english(text) if re.match(r"[a-z]", text) else _japanese(plain)


def _japanese(text: str) -> float | None:
    whole, _, fraction = text.replace("・", "点").partition("点")
    total = section = 0.0
    number: float | None = None
    for token in re.findall(r"\d*\.?\d+|.", whole):
        if token in _KANJI:
            number = (number or 0) * 10 + _KANJI[token]
        elif token in _POWERS:
            section, number = section + (1 if number is None else number) * _POWERS[token], None
        elif token in _MYRIADS:
            total, section, number = total + (section + (number or 0) or 1) * _MYRIADS[token], 0.0, None
        elif re.fullmatch(r"\d*\.?\d+", token):
            number = float(token)
        else:
            return None
    digits = "".join(str(_KANJI[c]) for c in fraction if c in _KANJI)
    return total + section + (number or 0) + (float(f"0.{digits}") if digits else 0)


def _english(text: str) -> float | None:
    whole, _, fraction = text.partition(" point ")
    total = current = 0
    for word in re.findall(r"[a-z]+", whole):
        if word in ("a", "and"):
            continue
        size = _WORDS[word]
        if word in ("hundred", "dozen"):
            current = (current or 1) * size
        elif word == "thousand":
            total, current = total + (current or 1) * size, 0
        else:
            current += size
    digits = "".join(str(_SMALL[word]) for word in fraction.split())
    return total + current + (float(f"0.{digits}") if digits else 0)
