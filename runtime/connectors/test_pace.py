"""PUBACKs wait for each other where the broker goes on sending, and not where it waits for them."""

from runtime.connectors.pace import AT_FIRST, AT_LAST, FAST, MOST, Pace


def reads(pace: Pace, count: int, apart: float, start: float = 0.0) -> float:
    for number in range(count):
        pace.read(start + number * apart)
    return start + count * apart


def test_more_wait_while_messages_come_fast() -> None:
    pace = Pace()
    assert pace.most == 1
    now = reads(pace, AT_FIRST + 1, FAST / 2, 100.0)
    assert pace.most == 2
    reads(pace, 4 * AT_FIRST, FAST / 2, now)
    assert pace.most == MOST


def test_slow_messages_are_acknowledged_one_by_one() -> None:
    pace = Pace()
    reads(pace, 10 * AT_LAST, 2 * FAST, 100.0)
    assert pace.most == 1


def test_a_broker_that_waits_for_the_acknowledgement_is_risked_more_and_more_seldom() -> None:
    pace, now, stalls = Pace(), 100.0, 0
    for number in range(20_000):
        pace.read(now + number * FAST / 2)
        if pace.most > 1:
            stalls += 1
            pace.stalled()
    assert pace.most == 1
    assert stalls < 10


def test_a_single_pause_is_soon_forgotten() -> None:
    pace = Pace()
    now = reads(pace, 4 * AT_FIRST, FAST / 2, 100.0)
    pace.stalled()
    now = reads(pace, 8 * AT_FIRST + 3 * 4 * AT_FIRST, FAST / 2, now)
    assert pace.most == MOST
    pace.stalled()
    reads(pace, 12 * AT_FIRST + 3, FAST / 2, now)
    assert pace.most == MOST
