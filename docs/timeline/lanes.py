"""Lanes of segments and of ticks. A lane is drawn from `top` down and says how high it became."""

from docs.timeline import drawing as d
from docs.timeline.frame import LEFT, Frame, label
from docs.timeline.scene import Ticks, Words
from docs.timeline.text import cut
from docs.timeline.words import value as as_text

SHADES = 6
LONGEST_SHADED = 16
PLAIN = {"false", "–"}
"""Values that are not coloured."""


def words(frame: Frame, lane: Words, top: float) -> float:
    bottom = label(frame, lane, top + 15.5, dot=True)
    shades = _shades(frame, lane)
    for start, end, value in lane.spans:
        x, text = frame.axis.x(start), as_text(value)
        lasts = (start, end, value) == lane.spans[-1] and end >= frame.end
        wide = max(4.0, frame.axis.x(frame.axis.last if lasts else end) - x - 1.5)
        frame.add(d.Rect(x, top, wide, 22, f"w{shades[text]}", 4))
        if shown := cut(text, 11.5, wide - 12):
            frame.add(d.Text(x + 7, top + 15, shown, "word"))
    for at in lane.ticks:
        x = frame.axis.x(at)
        frame.add(d.line([(x, top + 24), (x, top + 28)], f"{d.hue(lane.hue)} stroke"))
    return max(30.0 if lane.ticks else 24.0, bottom - top)


def ticks(frame: Frame, lane: Ticks, top: float) -> float:
    bottom = label(frame, lane, top + 12.5, dot=not lane.input)
    frame.add(d.line([(LEFT, top + 8), (frame.right, top + 8)], "rule"))
    for at in lane.ticks:
        x = frame.axis.x(at)
        frame.add(d.line([(x, top + 3), (x, top + 13)], f"{d.hue(lane.hue)} stroke"))
    return max(18.0, bottom - top)


def _shades(frame: Frame, lane: Words) -> dict[str, int]:
    """A shade for each value, the same in every lane; one for all where they are many or long or none comes twice."""
    values = list(dict.fromkeys(as_text(value) for _, _, value in lane.spans))
    if len(values) > min(SHADES - 1, max(3, len(lane.spans) - 1)) or any(
        len(value) > LONGEST_SHADED for value in values
    ):
        return dict.fromkeys(values, 0)
    for value in values:
        if value not in frame.shades:
            used = sum(1 for shade in frame.shades.values() if shade)
            frame.shades[value] = 0 if value in PLAIN else 1 + used % (SHADES - 1)
    return {value: frame.shades[value] for value in values}
