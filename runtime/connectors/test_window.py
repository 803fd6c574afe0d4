"""A window shows by being full whenever one looks."""

import random

from runtime.connectors.window import LOOKS, Window


def looked(found: list[int]) -> int | None:
    window = Window()
    for number, count in enumerate(found):
        window.look(count, 100 * number)
    return window.size


def test_a_window_that_is_full_again_and_again_is_seen_and_forgotten_when_it_is_not_any_more() -> None:
    limited = [20 if n % 2 else n % 20 for n in range(LOOKS)]
    assert looked(limited) == 20
    assert looked(limited + [0] * LOOKS) is None


def test_a_broker_that_sends_as_fast_as_it_can_a_quiet_one_and_bursts_have_none() -> None:
    draw = random.Random(5)
    assert looked([draw.randint(0, 4_000) for _ in range(5 * LOOKS)]) is None
    assert looked([draw.randint(0, 3) for _ in range(5 * LOOKS)]) is None
    assert looked([50 if n % 10 == 0 else 0 for n in range(5 * LOOKS)]) is None


def test_what_waits_while_nothing_is_acknowledged_says_nothing_of_a_window() -> None:
    window = Window()
    for open_now in [0] * 20 + [1_575] * 5 * LOOKS:  # the disk is full
        window.look(open_now, 7_000)
    assert window.size is None
