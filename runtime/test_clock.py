"""The worker's clock follows jumps forward and never runs backwards."""

from runtime.clock import WallClock


class Times:
    def __init__(self) -> None:
        self.wall, self.monotonic = 1_000_000, 500

    def clock(self) -> WallClock:
        return WallClock(lambda: self.wall * 1_000_000, lambda: self.monotonic * 1_000_000)

    def passes(self, ms: int, wall: int | None = None) -> None:
        self.monotonic += ms
        self.wall += ms if wall is None else wall


def test_it_goes_with_the_time_of_day() -> None:
    times = Times()
    clock = times.clock()
    times.passes(250)
    assert clock.now() == 1_000_250


def test_a_time_of_day_that_is_set_back_does_not_stop_it() -> None:
    times = Times()
    clock = times.clock()
    times.passes(1_000, wall=-3_600_000)
    assert clock.now() == 1_001_000


def test_a_time_of_day_that_jumps_ahead_is_followed() -> None:
    times = Times()
    clock = times.clock()
    times.passes(1_000, wall=3_600_000)
    assert clock.now() == 4_600_000
    times.passes(10)
    assert clock.now() == 4_600_010


def test_small_corrections_do_not_make_it_jump() -> None:
    times = Times()
    clock = times.clock()
    times.passes(1_000, wall=1_300)
    assert clock.now() == 1_001_000


def test_an_hour_back_is_made_up_for_by_going_a_twentieth_slower() -> None:
    times = Times()
    clock = times.clock()
    times.passes(1_000, wall=1_000 - 3_600_000)
    before = clock.now()
    assert (before, clock.ahead) == (1_001_000, 3_600_000)
    times.passes(600_000)
    assert clock.now() - before == 570_000
    for _ in range(1_000):
        times.passes(100_000)
        later = clock.now()
        assert before < later
        before = later
    assert clock.ahead == 0
    assert abs(clock.now() - times.wall) <= 1_000
    times.passes(1_000)
    assert clock.now() == before + 1_000


def test_a_leap_is_told_once_from_where_to_where() -> None:
    times = Times()
    clock = times.clock()
    assert clock.leap() is None
    times.passes(1_000, wall=3_600_000)
    clock.now()
    times.passes(10, wall=1_800_000)
    assert clock.leap() == (1_001_000, 6_400_000)
    assert clock.leap() is None


def test_a_new_run_begins_where_the_one_before_was() -> None:
    times = Times()
    clock = times.clock()
    clock.not_before(1_500_000)
    assert clock.now() == 1_500_000
    times.passes(2_000)
    assert clock.now() == 1_501_900
    clock.not_before(1_000_000)
    assert clock.now() == 1_501_900
