"""The best tour through a few stops: of all that visit the same stops and end at the same one, only the shortest are gone on with.

Which work is done depends on the question alone, so the answer is the same on every machine.
"""

from nodes.kit.visits import DUST, Way

FEW = 8
"""Stops up to which all tours are looked through: at most 1,024 sets with a last stop, some hundredths of a second."""
MOST = 10_000
"""Beginnings that are gone on with. Windows may make many of the same stops: the shorter one may be the later one."""
Begun = tuple[float, float, tuple[int, ...]]
"""How long it is, when its last stay ends (s), and its stops."""


def best_tour(way: Way) -> list[int] | None:
    """As few stops left out as possible, then the shortest. None: there are too many to look through."""
    if len(way.visits) > FEW:
        return None
    ends: list[Begun] = [(0.0, 0.0, ())]
    looked = 0
    while (longer := _one_more(way, ends)) and looked <= MOST:
        ends, looked = longer, looked + len(longer)
    return None if longer else _shortest(way, ends)


def _one_more(way: Way, begun: list[Begun]) -> list[Begun]:
    """All with one stop more that are allowed, save those that another one makes needless."""
    within: dict[int, bool] = {}
    known: dict[tuple[int, int], list[Begun]] = {}
    for one in begun:
        visited = sum(1 << index for index in one[2])
        for index in range(len(way.visits)):
            now = visited | 1 << index
            if now == visited:
                continue
            if now not in within:
                within[now] = way.within((*one[2], index))
            if within[now] and (new := _onward(way, one, index)) is not None:
                _keep(known.setdefault((now, index), []), new)
    return [one for there in known.values() for one in there]


def _onward(way: Way, begun: Begun, index: int) -> Begun | None:
    """None where it comes too late, and so does whatever goes on from there."""
    length, at, order = begun
    leg, visit = way.between(order[-1] if order else -1, index), way.visits[index]
    if way.speed is not None:
        at += leg / way.speed
        if visit.window is not None:
            at = max(at, visit.window[0])
            if at > visit.window[1] + DUST:
                return None
    return length + leg, at + visit.stay, (*order, index)


def _keep(there: list[Begun], new: Begun) -> None:
    """Unless another is neither longer nor later; those that are so themselves go."""
    if not any(one[0] <= new[0] and one[1] <= new[1] for one in there):
        there[:] = [*(one for one in there if one[0] < new[0] or one[1] < new[1]), new]


def _shortest(way: Way, ends: list[Begun]) -> list[int]:
    def whole(one: Begun) -> float:
        return one[0] + (way.between(one[2][-1], -1) if way.back and one[2] else 0.0)

    return list(min(ends, key=lambda one: (whole(one), one[2]))[2])
