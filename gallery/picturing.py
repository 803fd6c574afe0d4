"""Plays the runs of a scenario and keeps what they look like (played.py)."""

import msgspec

from fleet.moment import duration
from fleet.record import Switch, switches
from gallery.play import Did, Happening, Play, Reading
from gallery.played import FILE, PICTURE, Deed, Fault, Played, PlayedRun, Series, made_of
from gallery.scenario import Run, Scenario
from nodes.kit.picture import sha256_of

MOST_POINTS = 120
"""Of one series; of each part of the time the lowest and the highest value are kept."""
MOST_EFFECTS = 200


def keep(scenario: Scenario) -> Played:
    """Play all runs and write what they look like."""
    seen: list[bytes] = []
    played = Played(made_of(scenario), [_played(scenario, run, seen) for run in scenario.about.runs])
    text = msgspec.json.format(msgspec.json.encode(played), indent=0)
    (scenario.folder / FILE).write_bytes(text + b"\n")
    if seen:
        (scenario.folder / PICTURE).write_bytes(seen[0])
    return played


def _played(scenario: Scenario, run: Run, seen: list[bytes]) -> PlayedRun:
    play, length = Play(scenario), duration(run.length)
    marks = switches(run.faults, scenario.fleet)
    watched = _Watched(scenario, play, seen if marks else [])
    for mark in marks:
        watched.take(play.advance(max(0, mark.at - 1 - (play.now - play.start))))
        play.switch(mark.device, mark.fault, mark.on)
    watched.take(play.advance(length - (play.now - play.start)))
    series = [watched.series(signal.device, signal.field, length) for signal in scenario.about.signals]
    return PlayedRun(length, _spans(marks, length), series, watched.deeds[:MOST_EFFECTS], len(watched.deeds))


class _Watched:
    """What is kept of what happens."""

    def __init__(self, scenario: Scenario, play: Play, seen: list[bytes]) -> None:
        signals = [(signal.device, signal.field) for signal in scenario.about.signals]
        self._points: dict[tuple[str, str], list[tuple[int, float]]] = {signal: [] for signal in signals}
        self._words: dict[tuple[str, str], list[tuple[int, str]]] = {signal: [] for signal in signals}
        self.deeds: list[Deed] = []
        self._play, self._seen, self._camera = play, seen, scenario.about.show.camera
        self._newest: bytes | None = None

    def take(self, happenings: list[Happening]) -> None:
        for one in happenings:
            if isinstance(one, Reading):
                self._read(one)
            else:
                self.deeds.append(_deed(one, one.at - self._play.start))
                if self._newest is not None and not self._seen:
                    self._seen.append(self._newest)

    def series(self, device: str, field: str, length: int) -> Series:
        points = self._points[device, field]
        return Series(device, field, _thinned(points, length), self._words[device, field][:MOST_POINTS])

    def _read(self, reading: Reading) -> None:
        at = reading.at - self._play.start
        for field, value in reading.data.items():
            points, words = self._points.get((reading.device, field)), self._words.get((reading.device, field))
            if points is not None and isinstance(value, int | float):
                points.append((at, float(value)))
            elif words is not None and isinstance(value, str) and (not words or words[-1][1] != value):
                words.append((at, value))
            sha256 = sha256_of(value) if reading.device == self._camera else None
            if sha256 is not None:
                self._newest = self._play.pictures.get(sha256, self._newest)


def _deed(did: Did, at: int) -> Deed:
    effect, data = did.effect, did.effect.data
    values = data.get("values")
    return Deed(
        at, effect.node, effect.kind, effect.device, data.get("to"), data.get("text"), data.get("command"),
        values if isinstance(values, dict) else {}, did.pending,
    )  # fmt: skip


def _spans(marks: list[Switch], length: int) -> list[Fault]:
    found: list[Fault] = []
    for mark in marks:
        if mark.on:
            same = (
                o.at for o in marks if not o.on and (o.device, o.fault) == (mark.device, mark.fault) and o.at >= mark.at
            )
            found.append(Fault(mark.device, mark.fault, mark.at, next(same, length)))
    return found


def _thinned(points: list[tuple[int, float]], length: int) -> list[tuple[int, float]]:
    """Of each part of the time the lowest and the highest value, so that no spike is lost."""
    if len(points) <= MOST_POINTS:
        return points
    part = max(1, length // (MOST_POINTS // 2) + 1)
    parts: dict[int, list[tuple[int, float]]] = {}
    for point in points:
        parts.setdefault(point[0] // part, []).append(point)
    thinned = []
    for some in parts.values():
        low, high = min(some, key=lambda point: point[1]), max(some, key=lambda point: point[1])
        thinned += sorted({low, high})
    return thinned
