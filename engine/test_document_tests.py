from typing import Any

from engine.document_tests import run_tests
from engine.harness import CATALOG, flow, node

NODES = (
    node("in", "readings"),
    node("hot", "threshold", "in", field="t", above=80, for_="5m"),
    node("tell", "tell", "hot.entered"),
    node("calm", "tell", "hot.cleared"),
)
HIGH = {"device": "k1", "type": "kiln", "every": "10s", "until": "7m", "data": {"t": 85}}


def outcome(expect: list[dict[str, Any]], *given: dict[str, Any], **more: Any) -> dict[str, Any]:
    test = {"name": "a test", "given": list(given), "expect": expect, **more}
    ran: dict[str, Any] = run_tests(flow(*NODES, tests=[test]), CATALOG)["tests"][0]
    return ran


def test_a_test_passes_when_exactly_what_it_expects_happens() -> None:
    ran = outcome([{"node": "tell", "device": "k1", "at": "5m", "data": {"event": {"t": 85}}}], HIGH)
    assert ran["passed"]
    assert [action["time"] for action in ran["actions"]] == ["2026-01-05T00:05:00.000Z"]


def test_what_did_not_happen_is_missing_and_what_else_did_is_extra() -> None:
    ran = outcome([{"node": "calm"}], HIGH)
    assert not ran["passed"]
    assert ran["missing"] == [{"node": "calm", "found": 0}]
    assert [action["node"] for action in ran["extra"]] == ["tell"]
    ran = outcome([], HIGH, only=False)
    assert ran["passed"]


def test_nothing_expected_means_that_nothing_fires() -> None:
    assert outcome([], {**HIGH, "until": "4m50s"})["passed"]
    assert not outcome([], HIGH)["passed"]


def test_at_is_within_a_second_unless_the_test_says_otherwise() -> None:
    assert outcome([{"node": "tell", "at": "5m1s"}], HIGH)["passed"]
    assert not outcome([{"node": "tell", "at": "5m2s"}], HIGH)["passed"]
    assert outcome([{"node": "tell", "at": "5m2s", "within": "2s"}], HIGH)["passed"]


def test_a_count_is_exact_even_where_other_actions_are_allowed() -> None:
    devices = [{**HIGH, "device": f"k{i}"} for i in range(3)]
    assert outcome([{"node": "tell", "count": 3}], *devices)["passed"]
    assert outcome([{"node": "tell", "count": 4}], *devices)["missing"] == [{"node": "tell", "count": 4, "found": 3}]
    assert len(outcome([{"node": "tell", "count": 2}], *devices, only=False)["extra"]) == 1
    assert len(outcome([{"node": "tell", "count": 0}], *devices, only=False)["extra"]) == 3


def test_each_action_counts_for_one_entry_and_they_are_shared_out_well() -> None:
    devices = [{**HIGH, "device": f"k{i}"} for i in range(3)]
    wide_first = [{"node": "tell", "count": 2}, {"node": "tell", "device": "k0"}]
    assert outcome(wide_first, *devices)["passed"]
    chain = [
        {"node": "tell", "data": {"event": {"t": 85}}},
        {"node": "tell", "at": "5m"},
        {"node": "tell", "device": "k0", "at": "5m"},
    ]
    assert outcome(chain, *devices)["passed"]
    assert not outcome([*chain, {"node": "tell"}], *devices)["passed"]


def test_the_test_ends_at_its_own_until_or_with_the_last_event() -> None:
    given = {"device": "k1", "at": "0s", "data": {"t": 90}, "type": "kiln"}
    assert outcome([], given)["passed"]
    assert outcome([{"node": "tell", "at": "5m"}], given, until="5m")["passed"]


def test_values_may_move_along_a_line() -> None:
    given = {"device": "k1", "type": "kiln", "every": "1m", "until": "10m", "data": {"t": {"from": 70, "to": 90}}}
    ran = outcome([], given, until="11m")
    assert [action["data"]["event"] for action in ran["actions"]] == [{"t": 90}]
    assert ran["actions"][0]["time"] == "2026-01-05T00:11:00.000Z"


def test_rows_merge_by_time_and_ties_keep_the_order_of_the_document() -> None:
    nodes = (node("in", "readings"), node("tell", "tell", "in"))
    rows = [
        {"device": "a", "type": "x", "from": "1s", "every": "2s", "until": "5s", "data": {}},
        {"device": "b", "type": "x", "at": "3s", "data": {}},
        {"device": "c", "type": "x", "data": {}},
    ]
    test = {"name": "t", "given": rows, "expect": [], "only": False}
    ran = run_tests(flow(*nodes, tests=[test]), CATALOG)["tests"][0]
    assert [action["device"] for action in ran["actions"]] == ["c", "a", "a", "b", "a"]


def test_time_starts_on_a_monday_in_the_flows_zone_or_where_the_test_says() -> None:
    nodes = (node("in", "readings"), node("tell", "tell", "in"))
    row = {"device": "a", "type": "x", "data": {}}

    def first(**more: Any) -> str:
        test = {"name": "t", "given": [row], "expect": [{"node": "tell"}], **more}
        ran = run_tests(flow(*nodes, tests=[test], time_zone="Asia/Tokyo"), CATALOG)["tests"][0]
        return str(ran["actions"][0]["time"])

    assert first() == "2026-01-04T15:00:00.000Z"
    assert first(start="2026-03-01T08:00:00") == "2026-02-28T23:00:00.000Z"
    assert first(start="2026-03-01T08:00:00Z") == "2026-03-01T08:00:00.000Z"


def test_answers_stand_in_the_test_with_times_from_its_start() -> None:
    nodes = (
        node("in", "readings"),
        node("q", "question", "in"),
        node("ok", "tell", "q"),
        node("no", "tell", "q.failed"),
    )
    rows = [{"device": "a", "type": "x", "every": "1s", "until": "2s", "data": {}}]
    test = {
        "name": "t",
        "given": rows,
        "answers": [{"node": "q", "time": "1s", "answer": "yes"}],
        "expect": [{"node": "ok", "at": "1s", "within": "0s"}, {"node": "no", "count": 2}],
    }
    assert run_tests(flow(*nodes, tests=[test]), CATALOG) | {"tests": None} == {"passed": 1, "failed": 0, "tests": None}


def test_a_test_that_cannot_be_run_fails_and_says_why() -> None:
    for row, word in (
        ({**HIGH, "every": "1ms", "until": "2h"}, "1000000"),
        ({**HIGH, "every": "0s"}, "longer than 0s"),
        ({"device": "k1", "every": "1s", "type": "kiln", "data": {}}, "until"),
        ({"device": "k1", "data": {}}, "type of `k1`"),
        ({"node": "hot", "data": {}}, "no source `hot`"),
        ({"device": "k1", "type": "kiln", "data": 7}, "not an object"),
    ):
        ran = outcome([], row)
        assert not ran["passed"]
        assert word in ran["problem"]


def test_a_place_moves_along_a_line_too() -> None:
    moving = {"lat": {"from": 0, "to": 1}}
    place = {"from": {"lat": 35.0, "lon": 139.0}, "to": {"lat": 35.2, "lon": 138.0}}
    tell = [node("in", "readings"), node("tell", "tell", "in")]
    row = {"device": "k1", "type": "kiln", "every": "1m", "until": "2m", "data": {"p": place, "x": moving}}
    test = {"name": "a test", "given": [row], "expect": [], "only": False}
    ran = run_tests(flow(*tell, tests=[test]), CATALOG)["tests"][0]
    seen = [action["data"]["event"] for action in ran["actions"]]
    assert [one["p"] for one in seen] == [
        {"lat": 35.0, "lon": 139.0}, {"lat": 35.1, "lon": 138.5}, {"lat": 35.2, "lon": 138.0},
    ]  # fmt: skip
    assert all(one["x"] == moving for one in seen)
