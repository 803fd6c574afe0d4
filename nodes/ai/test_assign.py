"""assign: who is asked about, what comes of an answer, and why a job is left."""

from typing import Any

import pytest

from nodes.ai.assign import Assign
from nodes.kit.candidates import MOST_JOBS
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Registry, Table, TableColumn

FLOOR = {"job": "order", "where": ["x", "y"]}


def node(**params: Any) -> Harness:
    return Harness(Assign, {**FLOOR, **params})


def who(at: Harness, device: str, x: float = 0, time: str = "0s", **more: Any) -> None:
    at.feed(time, {"x": x, "y": 0, **more}, port="who", device=device)


def job(at: Harness, name: Any, x: float = 0, time: str = "1s", **more: Any) -> None:
    at.feed(time, {"order": name, "x": x, "y": 0, **more}, device="desk")


def reasons(at: Harness) -> list[tuple[str, str]]:
    return [(data["order"], data["reason"]) for port, _, data in at.sent if port == "unassigned"]


def test_the_question_says_what_each_job_would_cost_where_and_what_each_candidate_can_take() -> None:
    at = node()
    who(at, "r1", 3)
    who(at, "r2", 10)
    job(at, "A", 4)
    (ask,) = at.asks()
    assert ask.request == {
        "task": "assign",
        "jobs": [{"job": "A", "demand": 1.0, "offers": {"r1": 1.0, "r2": 6.0}}],
        "seats": {"r1": {"jobs": 1, "room": 1e15}, "r2": {"jobs": 1, "room": 1e15}},
    }


def test_what_leaves_is_an_event_of_the_chosen_device_with_the_data_of_the_job() -> None:
    at = node()
    who(at, "r1", 3)
    job(at, "A", 4, note="fragile")
    at.answer({"assigned": {"A": "r1"}})
    emitted = at.yields[-1].event  # type: ignore[union-attr]
    assert (emitted.device, emitted.type) == ("r1", "kiln")
    assert emitted.data == {
        "order": "A",
        "x": 4,
        "y": 0,
        "note": "fragile",
        "assigned": "r1",
        "cost": 1.0,
        "from": "desk",
    }


def test_a_job_counts_against_its_device_until_it_is_done_or_its_time_is_over() -> None:
    at = node(hold="1m")
    who(at, "r1")
    job(at, "A")
    at.answer({"assigned": {"A": "r1"}})
    job(at, "B", time="2s")
    assert reasons(at) == [("B", "no_room")]
    at.feed("3s", {"order": "other"}, port="done", device="r1")
    job(at, "C", time="4s")
    assert reasons(at)[-1] == ("C", "no_room")
    at.feed("5s", {"order": "A"}, port="done", device="r1")
    job(at, "D", time="6s")
    at.answer({"assigned": {"D": "r1"}})
    job(at, "E", time="7s")
    assert reasons(at)[-1] == ("E", "no_room")
    job(at, "F", time="1m7s")
    assert [one["job"] for one in at.asks()[-1].request["jobs"]] == ["F"]


def test_a_clock_that_is_set_forward_makes_no_news_old_and_frees_nobody() -> None:
    at = node(hold="1m")
    who(at, "r1")
    job(at, "A")
    at.answer({"assigned": {"A": "r1"}})
    assert at.memory.later(3_600_000)
    job(at, "B", time="1h2s")
    assert reasons(at) == [("B", "no_room")]
    who(at, "r1", time="1h1m")
    job(at, "C", time="1h1m3s")
    assert [one["job"] for one in at.asks()[-1].request["jobs"]] == ["C"]


@pytest.mark.parametrize(
    ("params", "candidate", "wanted", "reason"),
    [
        ({"available": "free"}, {"free": False}, {}, "none_available"),
        ({"available": "free"}, {}, {}, "none_available"),
        ({"available": "free"}, {"free": "true"}, {}, "none_available"),
        ({"skills": "can", "needs": "needs"}, {"can": ["lift"]}, {"needs": ["lift", "cool"]}, "no_skill"),
        ({"capacity": "room", "demand": "size"}, {"room": 2}, {"size": 3}, "no_room"),
        ({"most": 5}, {}, {"x": 6}, "too_far"),
        ({"due": "by"}, {}, {"by": "2026-01-05T00:00:00Z"}, "too_late"),
    ],
)
def test_a_job_that_nobody_can_take_leaves_with_the_reason(
    params: dict[str, Any], candidate: dict[str, Any], wanted: dict[str, Any], reason: str
) -> None:
    at = node(**params)
    who(at, "r1", **candidate)
    at.feed("1s", {"order": "A", "x": 0, "y": 0, **wanted})
    assert (reasons(at), at.asks()) == ([("A", reason)], [])


def test_without_candidates_or_with_old_news_alone_nobody_can_take_it() -> None:
    at = node(max_age="1m")
    job(at, "A")
    who(at, "r1", time="2s")
    job(at, "B", time="1m3s")
    assert reasons(at) == [("A", "no_candidates"), ("B", "no_candidates")]


def test_skills_may_be_one_text_and_all_that_are_needed_must_be_there() -> None:
    at = node(skills="can", needs="needs")
    who(at, "r1", can="cool")
    who(at, "r2", can=["cool", "lift"])
    job(at, "A", needs="lift")
    assert list(at.asks()[0].request["jobs"][0]["offers"]) == ["r2"]


@pytest.mark.parametrize("place", [{"x": float("nan")}, {"x": None}, {"x": "3"}, {"x": 1e301}, {"x": [1]}])
def test_a_place_that_is_none_is_a_problem_of_whoever_sent_it(place: dict[str, Any]) -> None:
    at = node()
    at.feed("0s", {"y": 0, **place}, port="who", device="r1")
    who(at, "r2")
    at.feed("1s", {"order": "A", "y": 0, **place})
    assert len(at.troubles()) == 2
    assert at.asks() == []
    job(at, "B")
    assert list(at.asks()[0].request["jobs"][0]["offers"]) == ["r2"]


def test_jobs_that_come_within_a_time_are_asked_about_together_the_urgent_first() -> None:
    at = node(collect="10s", due="by")
    who(at, "r1")
    job(at, "A", by=1_800_000_000_000)
    job(at, "B", time="5s", by="2026-01-05T01:00:00Z")
    assert at.asks() == []
    at.advance("11s")
    (ask,) = at.asks()
    assert [one["job"] for one in ask.request["jobs"]] == ["B", "A"]
    at.answer({"assigned": {"B": "r1"}})
    assert at.ports()[-2:] == [("assigned", 11.0), ("unassigned", 11.0)] or reasons(at) == [("A", "taken")]


def test_while_a_question_is_asked_jobs_wait_and_the_next_knows_what_was_given() -> None:
    at = node()
    who(at, "r1")
    who(at, "r2", 5)
    job(at, "A")
    job(at, "B")
    assert len(at.asks()) == 1
    at.answer({"assigned": {"A": "r1"}})
    assert list(at.asks()[1].request["jobs"][0]["offers"]) == ["r2"]


def test_ten_thousand_jobs_at_once_are_bounded() -> None:
    at = node(each=100)
    who(at, "r1")
    for index in range(300):
        job(at, f"J{index}")
    assert len(at.memory.waiting) == MOST_JOBS  # type: ignore[union-attr]
    assert [reason for _, reason in reasons(at)] == ["too_many"] * (300 - 1 - MOST_JOBS)
    at.answer({"assigned": {"J0": "r1"}})
    assert len(at.asks()[1].request["jobs"]) == MOST_JOBS


def test_the_same_job_twice_is_a_problem_while_it_waits() -> None:
    at = node(collect="10s")
    who(at, "r1")
    job(at, "A")
    job(at, "A")
    assert at.troubles() == ["not_unique"]


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"assigned": None},
        {"assigned": {"A": "r9"}},
        {"assigned": {"Z": "r1"}},
        {"assigned": {"A": ["r1"]}},
        {"assigned": {"A": "r1", "B": "r1"}},
    ],
)
def test_an_answer_that_gives_more_than_was_asked_for_fails(said: Any) -> None:
    at = node(collect="10s")
    who(at, "r1")
    job(at, "A")
    job(at, "B")
    at.advance("11s")
    at.answer(said)
    assert [port for port, _ in at.ports()] == ["failed", "failed"]
    assert {data["reason"] for _, _, data in at.sent} == {"bad_answer"}
    assert at.memory.given == {}  # type: ignore[union-attr]


def test_an_ask_that_failed_leaves_each_job_by_failed_and_the_next_are_asked() -> None:
    at = node()
    who(at, "r1")
    job(at, "A")
    job(at, "B")
    at.answer(error="timeout")
    assert [(port, data["order"], data["reason"]) for port, _, data in at.sent] == [("failed", "A", "timeout")]
    assert len(at.asks()) == 2


def test_a_table_says_the_cost_by_job_and_device_and_an_empty_cell_that_it_cannot() -> None:
    columns = [
        TableColumn(name="product"),
        TableColumn(name="m1", type="number"),
        TableColumn(name="m2", type="number"),
    ]
    table = Table(id="minutes", key="product", columns=columns, rows=[["P", 5, None], ["Q", 7, 3]])
    scope = scope_of(registry=Registry(tables={"minutes": table}))
    at = Harness(Assign, {"job": "order", "table": "minutes", "row": "product"}, scope)
    for device in ("m1", "m2"):
        at.feed("0s", {}, port="who", device=device)
    for name, product in (("A", "P"), ("B", "Z"), ("C", None)):
        at.feed("1s", {"order": name, "product": product})
    assert [one["offers"] for ask in at.asks() for one in ask.request["jobs"]] == [{"m1": 5.0}]
    at.answer({"assigned": {"A": "m1"}})
    assert reasons(at) == [("B", "no_cost"), ("C", "no_cost")]


def test_a_number_of_the_candidates_may_be_what_is_least() -> None:
    at = Harness(Assign, {"job": "order", "cost": "queue"})
    at.feed("0s", {"queue": 4}, port="who", device="r1")
    at.feed("0s", {}, port="who", device="r2")
    at.feed("1s", {"order": "A"})
    assert at.troubles() == ["missing_field"]
    assert at.asks()[0].request["jobs"][0]["offers"] == {"r1": 4.0}


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({}, []),
        ({"per": "device"}, ["per_keeps_apart"]),
        ({"where": ["x", "gone"]}, ["unknown_field", "unknown_field"]),
        ({"available": "gone"}, ["unknown_field"]),
        ({"due": "gone"}, ["unknown_field"]),
        ({"capacity": "name"}, ["wrong_type"]),
        ({"where": ["name"]}, ["wrong_type", "unknown_field"]),
        ({"job_where": ["place"]}, ["wrong_type"]),
        ({"where": None, "table": "t"}, ["missing_key"]),
    ],
)
def test_what_cannot_work_is_a_problem(params: dict[str, Any], codes: list[str]) -> None:
    number, text = FieldShape("number"), FieldShape("string")
    jobs = Shape({"order": text, "x": number, "y": number, "place": FieldShape("location")}, open=False)
    whos = Shape({"x": number, "y": number, "name": text}, open=False, device="always")
    scope = scope_of()
    scope = type(scope)(node="n", lang="en", zone=scope.zone, shape=jobs, shapes={"in": jobs, "who": whos})
    assert Harness.problems_of(Assign, {**FLOOR, **params}, scope) == codes
