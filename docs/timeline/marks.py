"""A lane of what was sent: a mark at each moment with its words above it, and the bars that led there."""

import msgspec

from docs.timeline import drawing as d
from docs.timeline.axis import Axis
from docs.timeline.curves import numbers
from docs.timeline.frame import LEFT, PAGE, Frame, label
from docs.timeline.scene import Bar, Mark, Marks
from docs.timeline.text import width

SIZE = 11.5
"""Font size of the words."""
LEVELS = range(3)


class Row(msgspec.Struct):
    marks: list[Mark] = []
    bars: list[Bar] = []


def marks(frame: Frame, lane: Marks, top: float, nothing: str) -> float:
    """As many words as fit beside all marks; a curve where not even one does. `nothing`: what an empty lane says."""
    rows = _rows(frame.axis, lane)
    level = next((level for level in LEVELS if all(_fit(frame.axis, row, level) for row in rows)), None)
    if level is None and lane.curve is not None:
        return numbers(frame, lane.curve, top, dot=False)
    if level == LEVELS[-1]:
        names = dict.fromkeys(mark.values[0][0] for mark in lane.marks if mark.values)
        lane = msgspec.structs.replace(lane, notes=[name for name in names if name])
    y, bottom = top, 0.0
    for row in rows:
        said = ["" if level is None else mark.said(level) for mark in row.marks]
        y += 26 if any(said) else 12
        bottom = bottom or label(frame, lane, y - 1.5, dot=False)
        _draw(frame, row, said, y - 6)
        y += 6
    if not lane.marks and not lane.bars:
        frame.add(d.Text(LEFT + 8, y - 8, nothing, "none"))
    return max(y, bottom) - top


def _draw(frame: Frame, row: Row, said: list[str], y: float) -> None:
    axis = frame.axis
    frame.add(d.line([(LEFT, y), (frame.right, y)], "rule"))
    for bar in row.bars:
        left, right, tone = axis.x(bar.start), axis.x(bar.end), d.hue(bar.hue)
        frame.add(d.Rect(left, y - 4, max(3.0, right - left), 8, f"{tone} {'bar' if bar.led else 'broken'}", 4))
        if bar.cancelled:
            frame.add(d.Path(("M", right - 3.5, y - 3.5, "l", 7, 7, "m", 0, -7, "l", -7, 7), f"{tone} cross"))
    for mark, text in zip(row.marks, said, strict=True):
        x = axis.x(mark.at)
        frame.guides[mark.at] = mark.hue
        frame.add(d.Circle(x, y, 6, f"{d.hue(mark.hue)} mark"))
        if text:
            frame.add(d.Text(_middle(x, text), y - 11, text, "mark-text", "middle"))


def _middle(x: float, text: str) -> float:
    """Where a text above `x` has its middle, so that it stays on the card."""
    half = width(text, SIZE) / 2
    return min(max(x, LEFT - 10 + half), PAGE - 14 - half)


def _fit(axis: Axis, row: Row, level: int) -> bool:
    """Whether what is said at `level` fits beside all marks of a row."""
    end = 0.0
    for mark in row.marks:
        if not (text := mark.said(level)):
            continue
        half, middle = width(text, SIZE) / 2, _middle(axis.x(mark.at), text)
        if middle - half < end + 6 or half * 2 > PAGE - LEFT:
            return False
        end = middle + half
    return True


def _rows(axis: Axis, lane: Marks) -> list[Row]:
    """Bars that run at the same time, and marks of one moment, lie below each other; a mark stays with its bar."""
    rows = [Row()]
    for bar in sorted(lane.bars, key=lambda bar: (bar.start, bar.end, bar.hue)):
        _put(rows, [row for row in rows if all(bar.start >= other.end for other in row.bars)]).bars.append(bar)
    for mark in sorted(lane.marks, key=lambda mark: (mark.at, mark.hue)):
        led = [row for row in rows if any((bar.end, bar.hue) == (mark.at, mark.hue) for bar in row.bars)]
        free = [row for row in rows if all(axis.x(mark.at) - axis.x(other.at) >= 1 for other in row.marks)]
        _put(rows, [*led, *free]).marks.append(mark)
    return rows


def _put(rows: list[Row], fitting: list[Row]) -> Row:
    """The first fitting row, or a new one."""
    if not fitting:
        rows.append(Row())
    return fitting[0] if fitting else rows[-1]
