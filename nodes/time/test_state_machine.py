"""state_machine: one state per key, changed by events and by time."""

from typing import Any

import pytest
from pydantic import ValidationError

from nodes.kit.event import Event
from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.time.state_machine import StateMachine

FIELDS = Shape({"x": FieldShape("number"), "name": FieldShape("string")}, False, "always")


def on(source: str, to: str, when: str) -> dict[str, Any]:
    return {"from": source, "to": to, "when": when}


def timed(source: str, to: str, after: str) -> dict[str, Any]:
    return {"from": source, "to": to, "after": after}


UP, DOWN = on("a", "b", "x > 0"), on("b", "a", "x < 0")


def params(*transitions: dict[str, Any], states: str = "abc", initial: str = "a") -> dict[str, Any]:
    return {"states": list(states), "initial": initial, "transitions": list(transitions)}


def node(*transitions: dict[str, Any], **more: Any) -> Harness:
    return Harness(StateMachine, params(*transitions, **more), scope_of(shape=FIELDS))


def fed(which: Harness, *events: tuple[float, float]) -> list[tuple[str, float, str]]:
    for second, x in events:
        which.feed(f"{second}s", {"x": x})
    return [(port, at, data["state"]) for port, at, data in which.sent]


def test_the_first_event_begins_the_initial_state_and_is_then_handled_like_any_other() -> None:
    assert fed(node(UP), (5, 0)) == [("same", 5, "a")]
    which = node(UP)
    assert fed(which, (5, 1)) == [("changed", 5, "b")]
    assert which.sent[0][2] == {"x": 1, "state": "b", "previous": "a", "lasted": 0}


def test_a_change_says_the_state_the_one_before_and_how_long_that_lasted() -> None:
    which = node(UP, DOWN)
    fed(which, (0, 0), (1.5, 1), (2, 1), (4, -1))
    assert which.sent == [
        ("same", 0, {"x": 0, "state": "a"}),
        ("changed", 1.5, {"x": 1, "state": "b", "previous": "a", "lasted": 1.5}),
        ("same", 2, {"x": 1, "state": "b"}),
        ("changed", 4, {"x": -1, "state": "a", "previous": "b", "lasted": 2.5}),
    ]


def test_the_first_that_fits_in_document_order_is_taken_and_only_one_per_event() -> None:
    assert fed(node(on("a", "b", "x > 0"), on("a", "c", "x > 0"), on("b", "c", "x > 0")), (0, 1)) == [
        ("changed", 0, "b")
    ]
    assert fed(node(on("a", "c", "x > 5"), on("a", "b", "x > 0")), (0, 1)) == [("changed", 0, "b")]
    assert fed(node(on("b", "c", "x > 0"), on("a", "b", "x > 0")), (0, 9)) == [("changed", 0, "b")]


def test_any_fits_every_state_but_the_one_that_it_leads_to() -> None:
    which = node(UP, on("*", "c", "x > 5"))
    assert fed(which, (0, 1), (1, 6), (2, 7)) == [("changed", 0, "b"), ("changed", 1, "c"), ("same", 2, "c")]


def test_a_transition_from_a_state_to_itself_begins_it_anew() -> None:
    which = node(on("a", "a", "x > 0"), timed("a", "b", "10s"))
    assert fed(which, (0, 0), (9, 1)) == [("same", 0, "a"), ("changed", 9, "a")]
    assert which.sent[1][2] == {"x": 1, "state": "a", "previous": "a", "lasted": 9}
    which.advance("18.999s")
    assert len(which.sent) == 2
    which.advance("19s")
    assert which.ports()[-1] == ("changed", 19)


def test_a_state_is_left_after_its_time_with_the_newest_data() -> None:
    which = node(UP, timed("b", "c", "10s"))
    fed(which, (0, 1), (5, 2))
    which.advance("9.999s")
    assert len(which.sent) == 2
    which.advance("10s")
    assert which.sent[2] == ("changed", 10, {"x": 2, "state": "c", "previous": "b", "lasted": 10})


def test_the_time_of_the_initial_state_counts_from_the_first_event() -> None:
    which = node(timed("a", "b", "10s"))
    which.feed("3s", {"x": 0})
    which.advance("1h")
    assert which.ports() == [("same", 3), ("changed", 13)]


def test_an_event_at_exactly_the_end_of_a_state_comes_first() -> None:
    which = node(UP, DOWN, timed("b", "c", "10s"))
    assert fed(which, (0, 1), (10, -1)) == [("changed", 0, "b"), ("changed", 10, "a")]
    which.advance("1h")
    assert len(which.sent) == 2
    late = node(UP, DOWN, timed("b", "c", "10s"))
    assert fed(late, (0, 1), (10.001, -1)) == [("changed", 0, "b"), ("changed", 10, "c"), ("same", 10.001, "c")]


def test_of_several_times_the_first_to_be_due_is_taken_and_of_equal_ones_the_upper() -> None:
    sooner = node(timed("a", "b", "20s"), timed("a", "c", "10s"))
    assert fed(sooner, (0, 0), (60, 0))[1] == ("changed", 10, "c")
    equal = node(timed("*", "c", "10s"), timed("a", "b", "10s"))
    assert fed(equal, (0, 0), (60, 0))[1] == ("changed", 10, "c")


def test_states_that_only_last_follow_each_other_in_silence() -> None:
    which = node(timed("a", "b", "10s"), timed("b", "c", "5s"), timed("c", "a", "1s"))
    which.feed("0s", {"x": 0})
    which.advance("26s")
    assert [(at, data["state"]) for _, at, data in which.sent[1:]] == [(10, "b"), (15, "c"), (16, "a"), (26, "b")]


def test_a_change_by_an_event_ends_the_time_of_the_old_state() -> None:
    which = node(on("a", "c", "x > 0"), timed("a", "b", "10s"))
    fed(which, (0, 0), (5, 1))
    which.advance("1h")
    assert which.ports() == [("same", 0), ("changed", 5)]


def test_an_expression_that_fails_is_a_problem_and_the_next_one_is_tried() -> None:
    which = node(on("a", "b", "x > 0"), on("a", "c", "name == 'go'"))
    which.feed("0s", {"name": "go"})
    which.feed("1s", {})
    assert [(port, data["state"]) for port, _, data in which.sent] == [("changed", "c"), ("same", "c")]
    assert which.troubles() == ["missing_field"]


@pytest.mark.parametrize("value", [None, "1", True, [1], {"a": 1}])
def test_a_value_of_another_type_leaves_the_state_as_it_is(value: Any) -> None:
    which = node(UP)
    which.feed("0s", {"x": value})
    assert which.sent == [("same", 0, {"x": value, "state": "a"})]
    assert len(which.troubles()) == 1


def test_huge_numbers_are_compared_and_carried() -> None:
    assert fed(node(UP, DOWN), (0, 10**15), (1, -1e300)) == [("changed", 0, "b"), ("changed", 1, "a")]


def test_a_changed_time_counts_from_the_beginning_of_the_state() -> None:
    which = node(UP, timed("b", "c", "1m"))
    fed(which, (5, 1))
    which.change(params(UP, timed("b", "c", "20s")), "10s")
    which.advance("1h")
    assert which.ports() == [("changed", 5), ("changed", 25)]


def test_a_time_that_is_past_by_the_new_length_lasts_until_the_change() -> None:
    which = node(UP, timed("b", "c", "1m"))
    fed(which, (0, 1))
    which.change(params(UP, timed("b", "c", "5s")), "30s")
    which.timers["leave"] = START + 30_000  # as the engine does with what is past
    which.advance("30s")
    assert which.sent[-1] == ("changed", 30, {"x": 1, "state": "c", "previous": "b", "lasted": 30})


def test_a_time_that_was_added_or_taken_away_holds_for_the_running_state() -> None:
    which = node(UP)
    fed(which, (0, 1))
    which.change(params(UP, timed("b", "c", "10s")), "1s")
    assert which.timers == {"leave": START + 10_000}
    which.change(params(UP), "2s")
    assert which.timers == {}


def test_a_change_before_the_first_event_or_without_other_transitions_moves_nothing() -> None:
    which = node(timed("a", "b", "10s"))
    which.change(params(timed("a", "b", "20s")), "0s")
    assert which.timers == {}
    fed(which, (1, 0))
    made = len(which.yields)
    which.change(params(timed("a", "b", "20s")), "2s")
    assert len(which.yields) == made


def test_a_state_that_is_no_more_falls_back_to_the_initial_one() -> None:
    which = node(UP)
    fed(which, (0, 1))
    which.change(params(on("a", "c", "x > 5"), states="ac"), "1s")
    event = Event(START + 2000, START + 2000, "d1", "kiln", {}, "c")
    assert list(which.node.on_timer("leave", event, which.memory)) == []
    assert fed(which, (2, 1))[-1] == ("same", 2, "a")


def test_names_may_be_japanese_and_fields_of_the_added_names_are_replaced() -> None:
    states = {
        "states": ["待機", "運転_2", "コンベヤー"],
        "initial": "待機",
        "transitions": [on("*", "運転_2", "x > 0")],
    }
    which = Harness(StateMachine, states)
    which.feed("0s", {"x": 1, "state": 7, "previous": None}, device=None)
    assert which.sent == [("changed", 0, {"x": 1, "state": "運転_2", "previous": "待機", "lasted": 0})]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (params(UP, on("b", "c", "true")), []),
        (params(UP, states="aba"), [("not_unique", "/params/states/2")]),
        (params(UP, on("b", "c", "true"), initial="d"), [("not_allowed_value", "/params/initial"),
                                                         ("unreached_state", "/params/states/0"),
                                                         ("unreached_state", "/params/states/1"),
                                                         ("unreached_state", "/params/states/2")]),
        (params(UP, on("b", "c", "true"), on("d", "a", "true")), [("not_allowed_value", "/params/transitions/2/from")]),
        (params(UP, on("b", "c", "true"), on("b", "d", "true")), [("not_allowed_value", "/params/transitions/2/to")]),
        (params(UP, on("b", "c", "y > 0")), [("unknown_field", "/params/transitions/1/when")]),
        (params(UP, on("b", "c", "x + 1")), [("expression_result", "/params/transitions/1/when")]),
        (params(UP, on("b", "c", "name > 0")), [("expression_types", "/params/transitions/1/when")]),
        (params(UP), [("unreached_state", "/params/states/2")]),
        (params(on("a", "b", "x > 0"), on("c", "c", "x > 0")), [("unreached_state", "/params/states/2")]),
        (params(on("b", "a", "x > 0"), on("*", "c", "x > 0")), [("unreached_state", "/params/states/1")]),
        (params(timed("a", "b", "1s"), timed("*", "c", "1m")), []),
    ],
)  # fmt: skip
def test_what_cannot_work_is_a_problem_at_its_place(given: dict[str, Any], found: list[tuple[str, str]]) -> None:
    checked = StateMachine.Params.model_validate(given)
    problems = list(StateMachine.check(checked, scope_of(shape=FIELDS)))
    assert [(problem.code, problem.path) for problem in problems] == found
    assert all((problem.severity == "warning") == (problem.code == "unreached_state") for problem in problems)


def test_a_mistyped_state_has_its_repair() -> None:
    given = {"states": ["idle", "running"], "initial": "idle", "transitions": [on("idle", "runing", "true"), UP]}
    checked = StateMachine.Params.model_validate(given)
    problem = next(iter(StateMachine.check(checked, scope_of(shape=FIELDS))))
    assert problem.fix == {"path": "/params/transitions/0/to", "value": "running"}
    assert problem.args["names"] == ["idle", "running"]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (params({"from": "a", "to": "b"}), "choose_one"),
        (params({**UP, "after": "1s"}), "choose_one"),
        (params(timed("a", "b", "0s")), "greater"),
        (params(timed("a", "b", "soon")), "duration"),
        (params(on("a", "b", "")), "at least 1"),
        (params({**UP, "do": 1}), "not permitted"),
        (params({"to": "b", "when": "true"}), "required"),
        (params(), "at least 1"),
        (params(*[UP] * 201), "at most 200"),
        (params(UP, states="a"), "at least 2"),
        ({**params(UP), "states": [f"s{n}" for n in range(51)]}, "at most 50"),
        ({**params(UP), "states": ["a", "b c"]}, "pattern"),
        ({**params(UP), "states": ["a", "x" * 41]}, "pattern"),
        ({**params(UP), "states": ["a", "*"]}, "pattern"),
        ({**params(UP), "initial": ""}, "pattern"),
        ({"states": ["a", "b"], "transitions": [UP]}, "initial"),
    ],
)
def test_params_that_make_no_sense_are_refused(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        StateMachine.Params.model_validate(given)


def test_a_transition_with_both_ways_to_be_taken_is_told_which_were_given() -> None:
    with pytest.raises(ValidationError) as both:
        StateMachine.Params.model_validate(params({**UP, "after": "1s"}))
    assert both.value.errors()[0]["ctx"] == {"names": ["when", "after"], "given": ["when", "after"]}


def test_the_outputs_have_the_added_fields() -> None:
    shapes = node(UP).shapes()
    assert set(shapes["same"].fields) == {"x", "name", "state"}
    assert set(shapes["changed"].fields) == {"x", "name", "state", "previous", "lasted"}
    assert shapes["changed"].fields["lasted"] == FieldShape("number", "s")
    assert shapes["changed"].fields["previous"] == shapes["same"].fields["state"] == FieldShape("string")
