"""cooldown: one passes, the next ones are held."""

import pytest

from nodes.filter.cooldown import Cooldown
from nodes.kit.harness import Harness


def test_one_passes_and_later_ones_are_held_until_exactly_the_end() -> None:
    node = Harness(Cooldown, {"for": "10m"})
    for at in ("0s", "1s", "9m59.999s", "10m", "10m1s", "20m"):
        node.feed(at)
    assert [port for port, _ in node.ports()] == ["out", "held", "held", "out", "held", "out"]


def test_held_events_do_not_make_it_longer() -> None:
    node = Harness(Cooldown, {"for": "10s"})
    for second in range(0, 31, 3):
        node.feed(f"{second}s")
    assert [at for port, at in node.ports() if port == "out"] == [0, 12, 24]


def test_a_reset_ends_the_quiet_time() -> None:
    node = Harness(Cooldown, {"for": "1h"})
    node.feed("0s")
    node.feed("1s", port="reset")
    node.feed("2s")
    assert node.ports() == [("out", 0), ("out", 2)]


def test_a_changed_length_counts_from_the_last_that_passed() -> None:
    node = Harness(Cooldown, {"for": "1h"})
    node.feed("0s")
    node.change({"for": "1m"}, "30s")
    node.feed("59s")
    node.feed("1m")
    assert [port for port, _ in node.ports()] == ["out", "held", "out"]


@pytest.mark.parametrize("length", ["0s", "abc", ""])
def test_a_length_of_nothing_is_refused(length: str) -> None:
    with pytest.raises(ValueError):
        Harness(Cooldown, {"for": length})
