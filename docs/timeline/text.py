"""How wide a text is, guessed: pictures are drawn without a browser, in whatever sans-serif face the reader has."""

from unicodedata import east_asian_width

NARROW, WIDE = "iIjl.,:;'|!()[]{}ft/ ·", "mwMW@%—…"
GLUED = " 、。，．」）)・ー℃%"
"""No line begins with one of these."""


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
    """At most `most` lines of about the same length; breaks at spaces, and between any two letters of Japanese."""
    lines = _filled(text, size, room)
    if len(lines) > most:
        return [*lines[: most - 1], cut("".join(lines[most - 1 :]), size, room)]
    narrower = room
    while len(lines) > 1 and len(closer := _filled(text, size, narrower)) == len(lines) and narrower > size:
        lines, narrower = closer, narrower - size
    return [line.strip() for line in lines]


def _filled(text: str, size: float, room: float) -> list[str]:
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width(lines[-1] + piece.rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece
    return lines


def _pieces(text: str) -> list[str]:
    """Words with the space behind them, and single wide letters; nothing breaks before a closing mark."""
    pieces: list[str] = []
    for char in text:
        before = pieces[-1][-1] if pieces else " "
        if pieces and (char in GLUED or (before != " " and _em(before) < 1 and _em(char) < 1)):
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
