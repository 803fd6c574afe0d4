from typing import Any

from engine.answers import Answers, read_answer
from engine.harness import hot, node, plan_of, reading
from engine.runner import run

ASKING = (
    node("in", "readings"),
    node("q", "question", "in", timeout="10s"),
    node("ok", "tell", "q"),
    node("no", "tell", "q.failed"),
)


def answers(*rows: dict[str, Any]) -> Answers:
    return Answers(read_answer(row) for row in rows)


def told(plan: Any, arrivals: Any, *rows: dict[str, Any], **more: Any) -> list[tuple[float, str, Any]]:
    effects = run(plan, arrivals, answers(*rows), **more)
    return [
        (e.time / 1000, e.node, e.data["event"].get("reason") or e.data["event"].get("answer"))
        for e in effects
        if not e.ask
    ]


def test_virtual_time_ends_with_the_last_arrival_and_fires_what_is_due_by_then() -> None:
    plan = hot(for_="30s")
    assert [e.time for e in run(plan, [reading(0), reading(30_000)])] == [30_000]
    assert [e.time for e in run(plan, [reading(0), reading(29_999)])] == []
    assert [e.time for e in run(plan, [reading(0)], until=29_999)] == []
    assert [e.time for e in run(plan, [reading(0)], until=30_000)] == [30_000]


def test_arrivals_outside_of_the_range_are_skipped() -> None:
    plan = plan_of(node("in", "readings"), node("tell", "tell", "in"))
    times = [e.time for e in run(plan, [reading(t) for t in (1, 2, 3, 4, 5)], start=2, until=4)]
    assert times == [2, 3, 4]


def test_virtual_time_needs_no_arrivals() -> None:
    plan = plan_of(node("clock", "every", every="10s"), node("tell", "tell", "clock"))
    assert [e.time for e in run(plan, [], start=5_000, until=35_000)] == [15_000, 25_000, 35_000]
    assert list(run(plan, [])) == []


def test_an_ask_without_a_recorded_answer_fails() -> None:
    assert told(plan_of(*ASKING), [reading(0)]) == [(0, "no", "no_recorded_answer")]


def test_answers_agree_by_node_device_and_time_and_the_first_unused_one_is_taken() -> None:
    rows = (
        {"node": "q", "device": "k2", "answer": "for k2"},
        {"node": "q", "time": 2_000, "answer": "at 2"},
        {"node": "q", "answer": "once"},
        {"node": "other", "answer": "no", "repeat": True},
    )
    given = [reading(0, device="k1"), reading(1_000, device="k2"), reading(2_000), reading(3_000)]
    assert told(plan_of(*ASKING), given, *rows) == [
        (0, "ok", "once"),
        (1, "ok", "for k2"),
        (2, "ok", "at 2"),
        (3, "no", "no_recorded_answer"),
    ]


def test_an_answer_may_repeat_for_ever_or_a_number_of_times() -> None:
    given = [reading(second * 1000) for second in range(4)]
    always = told(plan_of(*ASKING), given, {"node": "q", "answer": "yes", "repeat": True})
    assert [answer for _, _, answer in always] == ["yes"] * 4
    twice = told(plan_of(*ASKING), given, {"node": "q", "answer": "yes", "repeat": 2})
    assert [answer for _, _, answer in twice] == ["yes", "yes", "no_recorded_answer", "no_recorded_answer"]


def test_an_answer_may_come_later_than_other_events() -> None:
    given = [reading(0), reading(5_000)]
    rows = ({"node": "q", "answer": "slow", "after": "7s"}, {"node": "q", "answer": "fast", "after": "1s"})
    assert told(plan_of(*ASKING), given, *rows, until=60_000) == [(6, "ok", "fast"), (7, "ok", "slow")]
    assert told(plan_of(*ASKING), given, *rows, until=6_000) == [(6, "ok", "fast")]


def test_an_answer_after_the_timeout_is_no_answer() -> None:
    row = {"node": "q", "answer": "slow", "after": "11s"}
    assert told(plan_of(*ASKING), [reading(0)], row, until=60_000) == [(10, "no", "timeout")]
    assert told(plan_of(*ASKING), [reading(0)], {**row, "after": "10s"}, until=60_000) == [(10, "ok", "slow")]


def test_an_answer_comes_before_a_timer_of_the_same_moment() -> None:
    plan = plan_of(
        node("in", "readings"),
        node("q", "question", "in", timeout="60s"),
        node("clock", "every", every="10s"),
        node("tell", "tell", "clock", "q"),
    )
    rows = {"node": "q", "answer": "yes", "after": "10s"}
    causes = [e.data["event"] for e in run(plan, [reading(0)], answers(rows), until=10_000) if not e.ask]
    assert causes == [{"t": 90, "answer": "yes"}, {}]


def test_actions_succeed_at_once_unless_an_answer_says_otherwise() -> None:
    plan = plan_of(
        node("in", "readings"),
        node("tell", "tell", "in"),
        node("ok", "tell", "tell.sent"),
        node("no", "tell", "tell.failed"),
    )
    rows = {"node": "tell", "error": "http_500", "after": "2s"}
    seen = [(e.time, e.node) for e in run(plan, [reading(0), reading(5_000)], answers(rows))]
    assert seen == [(0, "tell"), (2_000, "no"), (5_000, "tell"), (5_000, "ok")]


def test_ten_thousand_answers_at_one_moment_are_no_trouble() -> None:
    given = [reading(0, device=f"k{i}") for i in range(3_000)]
    assert len(told(plan_of(*ASKING), given)) == 3_000


def test_each_arrival_can_be_watched() -> None:
    seen = []
    list(run(hot(), [reading(0), reading(1)], watch=lambda engine, arrival: seen.append((engine.now, arrival.arrived))))
    assert seen == [(0, 0), (1, 1)]
