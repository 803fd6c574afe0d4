"""Which object of one picture is which of the next: a track keeps its number while its object moves.

As SORT (Bewley et al., 2016) with a greedy choice: each track is expected where its last motion would have brought it; pairs
are taken by how much the boxes overlap, then by how near their middles are; a track that nobody was matched to is lost after a
while. Deterministic; the class of an object does not matter, since a detector may change its mind.
"""

import math
from typing import Any, ClassVar

import msgspec

from nodes.kit.area import Box, middle
from nodes.kit.kind import Memory, Said

MOST_TRACKS = 100
"""At once; objects beyond are not followed."""
LEAST_OVERLAP = 0.1
REACH = 0.75
"""Without overlap: so many diagonals of the box a middle may be away from where it was expected."""


class Track(msgspec.Struct):
    """One followed object. `speed`: of its middle, in parts of the picture a second, smoothed. `since` by zone: when it came
    in (ms); `dwelt`: zones in which its stay was told to be long."""

    number: int
    box: list[float]
    time: int
    name: str
    speed: tuple[float, float] = (0.0, 0.0)
    since: dict[str, int] = {}
    dwelt: list[str] = []

    def later(self, by: int) -> None:
        """It was seen, and came in everywhere, `by` ms later (see Memory.later)."""
        self.time += by
        self.since = {zone: time + by for zone, time in self.since.items()}


class Tracks(Memory):
    """All followed objects of one key; `next` is the number of the next new one."""

    said: ClassVar[Said] = {"en": {"next": "Number of the next new object"}, "ja": {"next": "次の新しい物体の番号"}}
    waits: ClassVar[tuple[str, ...]] = ("tracks",)
    tracks: list[Track] = []
    next: int = 1


def follow(
    memory: Tracks, objects: list[dict[str, Any]], time: int, patience: int
) -> tuple[list[tuple[Track, list[float] | None]], list[Track]]:
    """Match the objects of a picture taken at `time` (ms): each matched or new track with the box that it had before (None:
    it is new), in the order of the objects; and the tracks that are lost, unseen for more than `patience` ms."""
    boxes = [one["box"] for one in objects]
    matched = _matched(memory.tracks, boxes, time)
    seen: list[tuple[Track, list[float] | None]] = []
    for place, one in enumerate(objects):
        track = matched.get(place)
        if track is not None:
            before = track.box
            _move(track, one, time)
            seen.append((track, before))
        elif len(memory.tracks) < MOST_TRACKS:
            track = Track(memory.next, list(one["box"]), time, one["class"])
            memory.next += 1
            memory.tracks.append(track)
            seen.append((track, None))
    lost = [track for track in memory.tracks if time - track.time > patience]
    memory.tracks = [track for track in memory.tracks if time - track.time <= patience]
    return seen, lost


def _matched(tracks: list[Track], boxes: list[Box], time: int) -> dict[int, Track]:
    """By place of the object, its track."""
    pairs = []
    for order, track in enumerate(tracks):
        expected = _expected(track, time)
        for place, box in enumerate(boxes):
            shared, away = overlap(expected, box), _away(expected, box)
            if shared >= LEAST_OVERLAP or away <= REACH:
                pairs.append((-shared, away, order, place))
    taken: set[int] = set()
    found: dict[int, Track] = {}
    for _, _, order, place in sorted(pairs):
        if order not in taken and place not in found:
            taken.add(order)
            found[place] = tracks[order]
    return found


def _expected(track: Track, time: int) -> list[float]:
    seconds = (time - track.time) / 1000
    dx, dy = (speed * seconds for speed in track.speed)
    left, top, right, bottom = track.box
    return [left + dx, top + dy, right + dx, bottom + dy]


def _move(track: Track, one: dict[str, Any], time: int) -> None:
    seconds = (time - track.time) / 1000
    if seconds > 0:
        (x0, y0), (x1, y1) = middle(track.box), middle(one["box"])
        vx, vy = track.speed
        track.speed = vx / 2 + (x1 - x0) / seconds / 2, vy / 2 + (y1 - y0) / seconds / 2
    track.box, track.time, track.name = list(one["box"]), time, one["class"]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _away(expected: Box, box: Box) -> float:
    """Distance of the middles, in diagonals of the expected box."""
    (x0, y0), (x1, y1) = middle(expected), middle(box)
    diagonal = math.hypot(expected[2] - expected[0], expected[3] - expected[1])
    return math.hypot(x1 - x0, y1 - y0) / diagonal if diagonal > 0 else math.inf
