"""join: newest values together."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.combine.join import MOST_NAMES, Join
from nodes.kit.harness import SAMPLE, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape


def join(*rules: dict[str, Any], **params: Any) -> Harness:
    given = {"fields": list(rules), **params} if rules else params
    return Harness(Join, {"per": "all", **given})


def rule(name: str, field: str = "v", **of: str) -> dict[str, str]:
    return {"name": name, "field": field, **of}


def sent(node: Harness) -> list[tuple[float, dict[str, Any]]]:
    return [(at, data) for _, at, data in node.sent]


A, B = rule("a", device="a"), rule("b", device="b")


def test_without_fields_every_event_carries_the_newest_value_of_every_field() -> None:
    node = join()
    node.feed("0s", {"x": 1, "y": 2}, device="a")
    node.feed("5s", {"y": 3}, device="b")
    node.feed("7s", {"z": 4}, device="c")
    assert sent(node) == [
        (0, {"x": 1, "y": 2, "oldest": 0}),
        (5, {"x": 1, "y": 3, "oldest": 5}),
        (7, {"x": 1, "y": 3, "z": 4, "oldest": 7}),
    ]


def test_an_event_on_keep_is_only_remembered() -> None:
    node = join(complete=False)
    node.feed("0s", {"place": "Osaka"}, port="keep", device="gps")
    node.feed("60s", {"pressed": True}, device="button")
    assert sent(node) == [(60, {"pressed": True, "place": "Osaka", "oldest": 60})]


def test_a_null_keeps_what_was_remembered() -> None:
    node = join()
    node.feed("0s", {"x": 1})
    node.feed("1s", {"x": None, "y": None})
    assert sent(node)[1] == (1, {"x": 1, "y": None, "oldest": 1})


def test_with_fields_nothing_is_sent_until_every_name_is_there() -> None:
    node = join(A, B)
    node.feed("0s", {"v": 1}, device="a")
    node.feed("1s", {"v": 9}, device="c")
    node.feed("2s", {"v": 2}, device="b")
    node.feed("3s", {"v": 3}, device="a")
    assert sent(node) == [(2, {"v": 2, "a": 1, "b": 2, "oldest": 2}), (3, {"v": 3, "a": 3, "b": 2, "oldest": 1})]


def test_an_event_that_brings_no_name_is_sent_too_once_it_is_complete() -> None:
    node = join(A)
    node.feed("0s", {"v": 1}, device="a")
    node.feed("3s", {"pressed": True}, device="x")
    assert sent(node)[1] == (3, {"pressed": True, "a": 1, "oldest": 3})


def test_when_it_need_not_be_complete_what_is_there_is_sent() -> None:
    node = join(A, B, complete=False)
    node.feed("0s", {"w": 7}, device="x")
    node.feed("1s", {"v": 1}, device="b")
    assert sent(node) == [(0, {"w": 7, "oldest": 0}), (1, {"v": 1, "b": 1, "oldest": 0})]


def test_names_win_over_the_event_s_own_data_even_where_their_value_is_not_known() -> None:
    node = join(rule("v", "w", device="a"), complete=False)
    node.feed("0s", {"v": "own", "x": 1}, device="b")
    node.feed("1s", {"w": "named"}, device="a")
    node.feed("2s", {"v": "own"}, device="b")
    assert sent(node) == [
        (0, {"x": 1, "oldest": 0}),
        (1, {"w": "named", "v": "named", "oldest": 0}),
        (2, {"v": "named", "oldest": 1}),
    ]


def test_of_several_rules_for_a_name_the_first_that_fits_decides() -> None:
    node = join(rule("n", "special", device="a"), rule("n", "v", type="room"), rule("n", "w"), complete=False)
    node.feed("0s", {"special": 1, "v": 2, "w": 3}, device="a")
    node.feed("1s", {"special": 4, "v": 5, "w": 6}, device="b")
    node.feed("2s", {"v": 8, "w": 9}, device="a")
    assert [data.get("n") for _, data in sent(node)] == [1, 6, 6]


def test_two_names_may_come_from_one_field() -> None:
    node = join(rule("one"), rule("two"))
    node.feed("0s", {"v": 5})
    assert sent(node) == [(0, {"v": 5, "one": 5, "two": 5, "oldest": 0})]


def test_a_value_counts_until_exactly_the_longest_age() -> None:
    node = join(A, B, max_age="1m")
    for at, device, value in (("0s", "a", 1), ("60s", "b", 2), ("60.001s", "b", 3), ("61s", "a", 4)):
        node.feed(at, {"v": value}, device=device)
    assert sent(node) == [(60, {"v": 2, "a": 1, "b": 2, "oldest": 60}), (61, {"v": 4, "a": 4, "b": 3, "oldest": 0.999})]


def test_without_fields_an_old_value_is_left_out_too() -> None:
    node = join(max_age="1m")
    node.feed("0s", {"x": 1}, device="a")
    node.feed("61s", {"y": 2}, device="b")
    assert sent(node)[1] == (61, {"y": 2, "oldest": 0})


def test_other_settings_act_from_the_next_event() -> None:
    node = join(A, B, max_age="1h")
    node.feed("0s", {"v": 1}, device="a")
    node.change({"fields": [A, B], "max_age": "1m", "complete": False, "per": "all"}, "4m")
    assert node.sent == []
    node.feed("5m", {"v": 2}, device="b")
    assert sent(node) == [(300, {"v": 2, "b": 2, "oldest": 0})]


def test_an_older_event_of_the_same_device_on_the_same_input_is_late() -> None:
    node = join()
    node.feed("10s", {"x": 1}, device="a")
    node.feed("9s", {"x": 2}, device="a")
    node.feed("8s", {"y": 3}, device="a", port="keep")
    node.feed("11s", {}, device="a")
    assert sent(node) == [(10, {"x": 1, "oldest": 0}), (11, {"x": 1, "y": 3, "oldest": 3})]
    assert node.troubles() == ["late"]


def test_an_older_event_of_another_device_is_sent_at_the_newest_time_and_replaces_nothing_newer() -> None:
    node = join()
    node.feed("10s", {"x": 1}, device="a")
    node.feed("8s", {"x": 2, "y": 3}, device="b")
    node.feed("11s", {}, device="c")
    assert sent(node)[1:] == [(10, {"x": 2, "y": 3, "oldest": 2}), (11, {"x": 1, "y": 3, "oldest": 3})]


def test_an_event_that_is_too_old_when_it_comes_is_late() -> None:
    node = join(max_age="1m")
    for at, device in (("5m", "a"), ("3m59.999s", "b"), ("4m", "c")):
        node.feed(at, {device: 1}, device=device)
    assert sent(node) == [(300, {"a": 1, "oldest": 0}), (300, {"a": 1, "c": 1, "oldest": 60})]
    assert node.troubles() == ["late"]


def test_events_without_a_device_are_joined_too() -> None:
    node = join()
    node.feed("1s", {"x": 1}, device=None)
    node.feed("2s", {"y": 2}, device=None)
    assert sent(node)[1] == (2, {"x": 1, "y": 2, "oldest": 1})


def test_at_most_so_many_names_are_remembered_and_a_further_one_is_a_problem() -> None:
    node = join()
    node.feed("0s", {f"f{n}": n for n in range(MOST_NAMES)})
    assert node.troubles() == []
    node.feed("1s", {"one_more": 1, "another": 2, "f0": 7})
    assert node.troubles() == ["too_long"]
    node.feed("2s", {})
    assert sent(node)[1][1]["one_more"] == 1
    assert "one_more" not in sent(node)[2][1]
    assert sent(node)[2][1]["f0"] == 7


def test_names_that_are_too_old_make_room() -> None:
    node = join(max_age="1m")
    node.feed("0s", {f"f{n}": n for n in range(MOST_NAMES)})
    node.feed("2m", {"one_more": 1})
    assert node.troubles() == []
    assert list(node.memory.values) == ["one_more"]  # type: ignore[union-attr]


def test_the_age_that_another_join_has_added_is_not_remembered() -> None:
    node = join()
    node.feed("0s", {"oldest": 55}, port="keep")
    node.feed("9s", {"y": 1})
    assert sent(node) == [(9, {"y": 1, "oldest": 0})]


VALUES = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(max_size=3) | st.lists(st.integers(0, 3))


@given(st.lists(st.tuples(st.integers(0, 9), st.dictionaries(st.sampled_from("xyz"), VALUES)), max_size=15))
def test_whatever_comes_is_joined_and_never_fails(events: list[tuple[int, dict[str, Any]]]) -> None:
    node = join(rule("x"), rule("y", "y"), complete=False)
    for at, data in events:
        node.feed(f"{at}s", data)
    assert len(node.sent) + len(node.troubles()) == len(events)


IN = Shape({"t": FieldShape("number", "°C"), "v": FieldShape("string")}, False, "always", ("kiln",))
KEEP = Shape({"t": FieldShape("number", "°F"), "place": FieldShape("location")}, False)
SCOPE = msgspec.structs.replace(scope_of(registry=SAMPLE, shape=IN), shapes={"in": IN, "keep": KEEP})


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({}, []),
        ({"fields": [rule("x", "place"), rule("y", "t")]}, []),
        ({"fields": [rule("x", "plaice")]}, ["unknown_field"]),
        ({"fields": [rule("oldest", "t")]}, ["reserved_name"]),
        ({"fields": [rule("device", "t")]}, ["reserved_name"]),
        ({"fields": [rule("x", "t"), rule("x", "t", type="kiln")]}, ["not_unique"]),
        ({"fields": [rule("x", "t", type="kiln"), rule("x", "t")]}, []),
        ({"fields": [rule("x", "t", device="kiln-1", type="room")]}, ["device_of_other_type"]),
        ({"fields": [rule("x", "t", type="kiln"), rule("y", "t", type="room")]}, ["per_keeps_apart"]),
        ({"fields": [rule("x", "t", device="kiln-1"), rule("y", "t", device="kiln-2")]}, ["per_keeps_apart"]),
        ({"fields": [rule("x", "t", type="kiln"), rule("y", "t", type="room")], "per": "all"}, []),
        ({"fields": [rule("x", "t", type="kiln"), rule("y", "t")]}, []),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, codes: list[str]) -> None:
    assert Harness.problems_of(Join, params, SCOPE) == codes


def test_the_first_input_needs_a_wire() -> None:
    scope = msgspec.structs.replace(scope_of(), shapes={"keep": Shape()})
    assert Harness.problems_of(Join, {}, scope) == ["missing_key"]


@pytest.mark.parametrize(
    "params",
    [{"fields": []}, {"fields": [rule("x")] * 51}, {"fields": [{"name": "x"}]}, {"fields": [rule("a b")]},
     {"fields": [rule("x", where="y")]}, {"max_age": "0s"}],
)  # fmt: skip
def test_params_that_mean_nothing_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        join(**params)


def shape(scope: Any = SCOPE, **params: Any) -> Shape:
    return Join.shapes(Join.Params.model_validate(params), scope)["out"]


def test_without_fields_the_fields_of_both_inputs_are_sent() -> None:
    known = shape()
    assert set(known.fields) == {"t", "v", "place", "oldest"}
    assert (known.open, known.device, known.types) == (False, "always", ("kiln",))
    assert known.fields["oldest"] == FieldShape("number", "s")
    alone = msgspec.structs.replace(SCOPE, shapes={"in": IN})
    assert set(shape(alone).fields) == {"t", "v", "oldest"}
    assert not shape(alone).open
    assert shape(msgspec.structs.replace(SCOPE, shapes={"in": IN, "keep": Shape()})).open


def test_a_name_has_the_type_and_unit_of_what_goes_under_it() -> None:
    names = [rule("where", "place"), rule("mixed", "t"), rule("kiln", "temperature", type="kiln"), rule("two", "v")]
    fields = shape(fields=[*names, rule("two", "place", type="room")]).fields
    assert fields["where"] == FieldShape("location")
    assert fields["kiln"] == FieldShape("number", "°C")
    assert fields["mixed"] == fields["two"] == FieldShape("any")
