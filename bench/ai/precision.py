"""Found objects beside what is really there: precision, recall and average precision at an overlap of 0.5."""

from dataclasses import dataclass, field

from fleet.scenes.shot import Box, Thing
from nodes.kit.tracks import overlap

OVERLAP = 0.5


@dataclass(frozen=True)
class Found:
    """An object that somebody says is in a picture; `value` is what it shows."""

    name: str
    score: float
    box: Box
    value: float | None = None


@dataclass
class Tally:
    """What was said of one class over many pictures: (score, right?) of each object, and how many there really are."""

    said: list[tuple[float, bool]] = field(default_factory=list)
    real: int = 0
    off: list[float] = field(default_factory=list)
    """How far the values of right ones are from the true ones."""

    def precision(self, limit: float) -> float:
        over = [right for score, right in self.said if score >= limit]
        return sum(over) / len(over) if over else 1.0

    def recall(self, limit: float) -> float:
        return sum(right for score, right in self.said if score >= limit) / self.real if self.real else 1.0

    def average(self) -> float:
        """The area under precision over recall, each precision the best at that recall or more (as PASCAL VOC since 2010)."""
        hits, points = 0, []
        for n, (_, right) in enumerate(sorted(self.said, key=lambda one: -one[0]), 1):
            hits += right
            points.append((hits / max(self.real, 1), hits / n))
        area, best, last = 0.0, 0.0, points[-1][0] if points else 0.0
        for recall, precision in reversed(points):
            area += best * (last - recall)
            last, best = recall, max(best, precision)
        return area + best * last


def compare(found: list[Found], things: list[Thing], tallies: dict[str, Tally]) -> None:
    """Adds one picture. Each real thing is found once; what lies on a thing that nobody could tell counts neither way."""
    taken: set[int] = set()
    for thing in things:
        if thing.clear:
            tallies.setdefault(thing.name, Tally()).real += 1
    for one in sorted(found, key=lambda one: -one.score):
        tally = tallies.setdefault(one.name, Tally())
        same = [
            (overlap(one.box, thing.box), i)
            for i, thing in enumerate(things)
            if thing.name == one.name and i not in taken
        ]
        best, index = max(same, default=(0.0, -1))
        if best >= OVERLAP and things[index].clear:
            taken.add(index)
            tally.said.append((one.score, True))
            real = things[index].value
            if real is not None and one.value is not None:
                tally.off.append(abs(real - one.value))
        elif not any(not thing.clear and overlap(one.box, thing.box) >= 0.3 for thing in things):
            tally.said.append((one.score, False))
