"""How wide a text is, guessed: pictures are drawn without a browser, in whatever sans-serif face the reader has."""

from unicodedata import east_asian_width

NARROW, WIDE = "iIjl.,:;'|!()[]{}ft/ ·", "mwMW@%—…"


def width(text: str, size: float) -> float:
    """Pixels at the font size `size`, rather too many than too few."""
    return size * sum(_em(char) for char in text)


def cut(text: str, size: float, room: float) -> str:
    """`text`, shortened to `room` pixels; nothing where not even two letters fit."""
    if width(text, size) <= room:
        return text
    kept = text
    while len(kept) > 2 and width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…" if width(kept + "…", size) <= room else ""


def wrap(text: str, size: float, room: float, most: int) -> list[str]:
    """At most `most` lines; breaks at spaces, and between any two letters of Japanese."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width(lines[-1] + piece.rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    lines = [line.rstrip() for line in lines]
    return [*lines[: most - 1], cut("".join(lines[most - 1 :]), size, room)] if len(lines) > most else lines


def _pieces(text: str) -> list[str]:
    """Words with the space behind them, and single wide letters; nothing breaks before a closing mark."""
    pieces: list[str] = []
    for char in text:
        wide, glued = _em(char) >= 1, char in "、。，．」）)・ー℃%"
        if pieces and (glued or not (wide or _em(pieces[-1][-1]) >= 1 or pieces[-1].endswith(" "))):
            pieces[-1] += char
        elif pieces and char == " ":
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _em(char: str) -> float:
    if east_asian_width(char) in "WF":
        return 1.0
    if char in NARROW:
        return 0.34
    if char in WIDE or not char.isascii():
        return 0.92
    return 0.7 if char.isupper() else 0.59
