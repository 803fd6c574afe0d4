"""What goes when: played without a thread and without a clock."""

import time
from itertools import pairwise
from typing import Any

import pytest

from nodes.kit.action import WhenFull
from runtime.senders.breaker import FLOOR, MOST_SAVED, OPEN_FIRST, OPEN_LONGEST, THRESHOLD, Budget
from runtime.senders.outcome import EXPIRED, SENT, Outcome, Parcel, failed
from runtime.senders.schedule import ATTEMPTS, LONGEST, MOST_BYTES, MOST_WAITING, SHORTEST, Item, Schedule, told

AGAIN = failed("HTTP 503", permanent=False)


class Play:
    """A destination over time: `run` lets attempts happen one after the other until nothing is due or `until`."""

    def __init__(self, draw: Any = lambda low, high: high) -> None:
        self.now = 0.0
        self.schedule = Schedule(0.0, draw)
        self.tried: list[tuple[float, str]] = []
        self.ended: dict[str, Outcome] = {}

    def add(self, *names: str, **more: Any) -> None:
        for name in names:
            self.schedule.add(Item(Parcel(name, "n", "notify", None, 0, text=name), print, 100, **more))

    def run(self, until: float, answer: Any) -> None:
        """`answer(name, now)` is what the destination says."""
        while self.now <= until:
            for late in self.schedule.expired(self.now):
                self.ended[late.parcel.key] = told(EXPIRED, late)
            found = self.schedule.next(self.now)
            if not isinstance(found, Item):
                self.now += max(found, 0.001)
                continue
            self.tried.append((self.now, found.parcel.key))
            outcome = self.schedule.came_of(found, answer(found.parcel.key, self.now), self.now)
            if outcome is not None:
                self.ended[found.parcel.key] = outcome
            self.now += 0.001

    def tries(self, name: str) -> list[float]:
        return [at for at, key in self.tried if key == name]


def test_pauses_are_drawn_from_a_span_that_doubles_up_to_its_bound() -> None:
    spans: list[float] = []

    def draw(low: float, high: float) -> float:
        spans.append(high)
        return low

    play = Play(draw)
    play.schedule.breaker.failed = lambda now: None  # type: ignore[method-assign]
    play.add("a", patient=1e9)
    play.run(60.0, lambda name, now: AGAIN)
    assert spans[:8] == [SHORTEST * 2**n for n in range(7)] + [LONGEST]
    assert set(spans[8:]) == {LONGEST}


def test_attempts_end_and_say_how_many_there_were() -> None:
    play = Play()
    play.add("a")
    play.run(600.0, lambda name, now: AGAIN)
    assert len(play.tried) == ATTEMPTS
    assert (play.ended["a"].sent, play.ended["a"].attempts, play.ended["a"].permanent) == (False, ATTEMPTS, False)


def test_what_stands_in_an_outbox_is_tried_for_longer() -> None:
    play = Play()
    play.add("a", policy="block", patient=600.0)
    play.run(3_600.0, lambda name, now: AGAIN)
    assert len(play.tried) > ATTEMPTS
    assert 600.0 <= play.tries("a")[-1] < 600.0 + LONGEST + OPEN_LONGEST


def test_a_bad_parcel_holds_no_other() -> None:
    play = Play()
    play.add("bad", "b", "c", "d")
    play.run(0.2, lambda name, now: AGAIN if name == "bad" else SENT)
    assert {name for name, outcome in play.ended.items() if outcome.sent} == {"b", "c", "d"}


def test_second_attempts_are_a_tenth_of_the_first_ones() -> None:
    play = Play(lambda low, high: 0.0)
    play.add(*(f"p{n}" for n in range(1_000)))
    odd: set[str] = set()

    def answer(name: str, now: float) -> Outcome:
        """Every second parcel is refused the first time, and never five in a row."""
        if int(name[1:]) % 2 and name not in odd:
            odd.add(name)
            return AGAIN
        return SENT

    play.run(0.0009 * 1_000, answer)
    first = len({name for _, name in play.tried})
    assert 700 < first < 1_000
    assert len(play.tried) - first <= 0.1 * first + MOST_SAVED + FLOOR * play.now + 1
    play.run(2_000.0, answer)
    assert len(play.ended) == 1_000
    assert all(outcome.sent for outcome in play.ended.values())


def test_a_quiet_destination_may_be_tried_again() -> None:
    budget = Budget(0.0)
    for _ in range(int(MOST_SAVED)):
        assert budget.wait(0.0) == 0.0
        budget.pay()
    assert budget.wait(0.0) == 1 / FLOOR
    assert budget.wait(1 / FLOOR) == 0.0


def test_the_breaker_opens_and_one_parcel_at_a_time_probes() -> None:
    play = Play()
    play.add(*(f"p{n}" for n in range(20)), policy="block", patient=1e9)
    play.run(60.0, lambda name, now: AGAIN)
    assert play.schedule.breaker.state == "open"
    assert len([at for at, _ in play.tried if at < OPEN_FIRST * 0.9]) == THRESHOLD
    probes = [at for at, _ in play.tried if at >= OPEN_FIRST]
    gaps = [later - earlier for earlier, later in pairwise(probes)]
    assert all(later >= 1.9 * earlier for earlier, later in pairwise(gaps))
    probed = [name for at, name in play.tried if at >= OPEN_FIRST]
    assert len(set(probed)) == len(probed)
    play.run(600.0, lambda name, now: SENT)
    assert play.schedule.breaker.state == "closed"
    assert len(play.ended) == 20


def test_a_no_is_an_answer_and_closes_the_breaker() -> None:
    play = Play()
    play.add(*"abcdefgh")
    play.run(0.1, lambda name, now: failed("HTTP 404"))
    assert play.schedule.breaker.state == "closed"
    assert [outcome.attempts for outcome in play.ended.values()] == [1] * 8


def test_the_pause_that_was_asked_for_holds_the_whole_destination() -> None:
    play = Play()
    play.add("a", "b", "c")
    says = [failed("HTTP 429", permanent=False, retry_after=30.0)]
    play.run(100.0, lambda name, now: says.pop() if says else SENT)
    assert [at for at, _ in play.tried][1] >= 30.0
    assert {name for name, outcome in play.ended.items() if outcome.sent} == {"a", "b", "c"}


def test_what_is_too_late_goes_even_while_the_breaker_is_open() -> None:
    play = Play()
    play.add(*(f"p{n}" for n in range(10)), until=30.0, policy="block", patient=1e9)
    play.run(100.0, lambda name, now: AGAIN)
    assert {outcome.reason for outcome in play.ended.values()} == {"expired"}
    assert "HTTP 503" in play.ended["p0"].detail
    assert max(at for at, _ in play.tried) <= 30.0


def test_there_is_room_for_so_many_and_so_many_bytes() -> None:
    play = Play()
    assert play.schedule.has_room(10 * MOST_BYTES)
    play.add(*map(str, range(MOST_WAITING)), policy="block")
    assert not play.schedule.has_room(1)
    other = Play()
    other.schedule.add(Item(Parcel("a", "n", "notify", None, 0), print, MOST_BYTES - 10, "block"))
    assert other.schedule.has_room(10)
    assert not other.schedule.has_room(11)


# --- where there is no room ---------------------------------------------------------------------------------------------


def put(schedule: Schedule, name: str, policy: WhenFull, *, node: str = "n", device: str | None = None) -> list[str]:
    """What had to go for it, each as "name:why"."""
    item = Item(Parcel(name, node, "notify", device, 0, text=name), print, 100, policy)
    gone = [f"{one.parcel.key}:{outcome.policy}" for one, outcome in schedule.push_out(item)]
    assert schedule.has_room(100, droppable=policy != "block")
    schedule.add(item)
    return gone


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Schedule:
    """Three parcels fit in, of each sort."""
    monkeypatch.setattr("runtime.senders.schedule.MOST_WAITING", 3)
    return Schedule(0.0, lambda low, high: high)


def test_the_oldest_makes_room(small: Schedule) -> None:
    for n in range(3):
        assert put(small, f"p{n}", "drop_oldest", device="same") == []
    assert [put(small, f"p{n}", "drop_oldest", device="same") for n in (3, 4)] == [["p0:oldest"], ["p1:oldest"]]


def test_the_latest_of_each_device_stays(small: Schedule) -> None:
    put(small, "a1", "latest", device="a")
    put(small, "b1", "latest", device="b")
    put(small, "c1", "latest", device="c")
    assert put(small, "b2", "latest", device="b") == ["b1:outdated"]
    assert put(small, "d1", "latest", device="d") == ["a1:oldest"]  # none of them is old news
    assert put(small, "d2", "latest", device="d") == ["d1:outdated"]


def test_what_is_old_news_goes_before_another_device_s_only_news(small: Schedule) -> None:
    put(small, "a1", "latest", device="a")
    put(small, "b1", "latest", device="b")
    put(small, "b2", "latest", device="b")
    assert put(small, "c1", "latest", device="c") == ["b1:outdated"]


def test_a_flood_drops_its_own(small: Schedule) -> None:
    put(small, "quiet", "drop_oldest", node="quiet")
    put(small, "f1", "drop_oldest", node="flood")
    put(small, "f2", "drop_oldest", node="flood")
    assert put(small, "f3", "drop_oldest", node="flood") == ["f1:oldest"]
    assert put(small, "loud", "latest", node="flood", device="x") == ["f2:oldest"]
    assert put(small, "quiet 2", "drop_oldest", node="quiet") == ["quiet:oldest"]


def test_those_that_wait_and_those_that_are_dropped_leave_each_other_their_room(small: Schedule) -> None:
    for n in range(3):
        put(small, f"w{n}", "block")
    assert not small.has_room(100)
    for n in range(3):
        assert put(small, f"d{n}", "drop_oldest") == []
    assert len(small) == 6
    assert put(small, "d3", "drop_oldest") == ["d0:oldest"]
    assert list(small.push_out(Item(Parcel("w3", "n", "notify", None, 0), print, 100, "block"))) == []
    assert len(small.clear()) == 6
    assert small.size == len(small) == 0


def test_one_that_is_tried_again_is_old_news_once_a_later_one_has_come(small: Schedule) -> None:
    put(small, "a1", "latest", device="a")
    tried = small.next(0.0)
    assert isinstance(tried, Item)
    put(small, "b1", "latest", device="b")
    put(small, "a2", "latest", device="a")
    assert small.came_of(tried, AGAIN, 0.0) is None
    assert put(small, "c1", "latest", device="c") == ["a1:outdated"]
    assert put(small, "a3", "latest", device="a") == ["a2:outdated"]


def test_a_full_queue_costs_no_more_with_every_parcel() -> None:
    schedule = Schedule(0.0, lambda low, high: high)
    count = 50_000
    begun = time.process_time()
    for n in range(count):
        put(schedule, str(n), "latest", device=str(n % 5_000))
    assert len(schedule) == MOST_WAITING
    assert (time.process_time() - begun) / count < 100e-6
