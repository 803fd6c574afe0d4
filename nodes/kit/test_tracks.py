"""Tracks over random walks: numbers are never shared, never change while things move slowly, and the order of objects is no matter."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.kit.tracks import MOST_TRACKS, Tracks, follow, overlap

SIZE = 0.1


def seen(points: list[tuple[float, float]]) -> list[dict[str, object]]:
    return [{"class": "cart", "score": 0.9, "box": [x, y, x + SIZE, y + SIZE]} for x, y in points]


def walk(roll: random.Random, steps: int) -> list[list[tuple[float, float]]]:
    """Things in lanes of their own, each of which moves by at most half its size a step."""
    places = [(roll.random() * 0.8, lane * 0.25) for lane in range(4)]
    path = []
    for _ in range(steps):
        places = [(min(0.9, max(0.0, x + roll.uniform(-0.05, 0.05))), y) for x, y in places]
        path.append(list(places))
    return path


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_slow_things_keep_their_numbers_whatever_the_order_they_are_told_in(seed: int) -> None:
    roll = random.Random(seed)
    memory = Tracks()
    numbers: dict[int, int] = {}
    for step, places in enumerate(walk(roll, 20)):
        order = roll.sample(range(4), 4)
        found, lost = follow(memory, seen([places[lane] for lane in order]), step * 1000, 3_000)
        assert not lost
        told = [track.number for track, _ in found]
        assert len(set(told)) == 4
        for lane, number in zip(order, told, strict=True):
            assert numbers.setdefault(lane, number) == number
    assert memory.next == 5


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_whatever_comes_no_number_is_given_twice_and_memory_is_bounded(seed: int) -> None:
    roll = random.Random(seed)
    memory, time, given_out = Tracks(), 0, set()
    for _ in range(12):
        time += roll.choice([0, 40, 1_000, 5_000])
        points = [(roll.random() * 0.9, roll.random() * 0.9) for _ in range(roll.randrange(150))]
        found, lost = follow(memory, seen(points), time, 3_000)
        numbers = [track.number for track, _ in found]
        assert len(set(numbers)) == len(numbers) <= min(len(points), MOST_TRACKS)
        new = {track.number for track, before in found if before is None}
        assert not new & given_out
        given_out |= new
        assert not {track.number for track in lost} & {track.number for track in memory.tracks}
        assert len(memory.tracks) <= MOST_TRACKS
        memory = msgspec.json.decode(msgspec.json.encode(memory), type=Tracks)


def test_something_fast_is_found_where_its_motion_brought_it() -> None:
    memory = Tracks()
    for step in range(6):
        found, _ = follow(memory, seen([(0.07 * step * (1 + step * 0.3), 0.4)]), step * 1000, 3_000)
        assert [track.number for track, _ in found] == [1]


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        ([0.0, 0.0, 1.0, 1.0], 1.0),
        ([0.5, 0.0, 1.5, 1.0], 1 / 3),
        ([1.0, 0.0, 2.0, 1.0], 0.0),
        ([2.0, 2.0, 3.0, 3.0], 0.0),
    ],
)
def test_overlap_is_what_boxes_share_of_what_they_cover(other: list[float], shared: float) -> None:
    assert overlap([0.0, 0.0, 1.0, 1.0], other) == pytest.approx(shared)
    assert overlap(other, [0.0, 0.0, 1.0, 1.0]) == pytest.approx(shared)
