"""parse_text: what is read, what fails and why. The rules of patterns are tested in nodes/kit/test_text_pattern.py."""

from typing import Any

import pytest

from nodes.kit.effect import Trouble
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.parse_text import LONGEST, ParseText

PATTERN = "T={t:number} {state}"
COLUMNS = [{"name": "name"}, {"name": "n", "type": "integer"}, {"name": "on", "type": "boolean"}]


def fed(text: Any, **params: Any) -> Harness:
    node = Harness(ParseText, params)
    node.feed("0s", {"value": text})
    return node


def out(text: str, **params: Any) -> dict[str, Any]:
    ((port, _, data),) = fed(text, **params).sent
    assert port == "out"
    return {name: value for name, value in data.items() if name != "value"}


def reason(text: Any, **params: Any) -> str:
    node = fed(text, **params)
    ((port, at, data),) = node.sent
    assert (port, at) == ("failed", 0)
    assert data == {"value": text, "reason": data["reason"]}
    assert node.troubles() == [data["reason"]]
    return str(data["reason"])


def test_the_fields_are_added_with_their_types() -> None:
    assert out("T=21.5 ok", pattern=PATTERN) == {"t": 21.5, "state": "ok"}
    values = out("1 1 on 1", pattern="{a:number} {b:integer} {c:boolean} {d}")
    assert [(value, type(value)) for value in values.values()] == [(1, int), (1, int), (True, bool), ("1", str)]


def test_a_field_of_that_name_is_replaced_and_the_text_stays() -> None:
    node = Harness(ParseText, {"field": "line", "pattern": PATTERN})
    node.feed("0s", {"line": "T=1 x", "t": 99, "more": [1]})
    assert node.sent == [("out", 0, {"line": "T=1 x", "t": 1, "state": "x", "more": [1]})]


def test_the_text_may_lie_inside_of_a_field() -> None:
    node = Harness(ParseText, {"field": "uplink.text", "pattern": "{n:integer}"})
    node.feed("0s", {"uplink": {"text": "7"}})
    assert node.sent[0][2]["n"] == 7


@pytest.mark.parametrize("text", ["T=warm ok", "T=21.5", "x T=21.5 ok", ""])
def test_a_text_that_does_not_fit_fails(text: str) -> None:
    node = fed(text, pattern=PATTERN)
    assert node.yields[0] == Trouble("bad_pattern", {"value": text, "pattern": PATTERN})
    assert reason(text, pattern=PATTERN) == "bad_pattern"


def test_a_long_text_that_does_not_fit_is_told_in_short() -> None:
    (trouble, _) = fed("x" * 60_000, pattern="T={t:number}").yields
    assert isinstance(trouble, Trouble)
    assert trouble.args["value"] == "x" * 200


def test_unless_it_is_strict_a_part_of_the_text_is_enough() -> None:
    assert reason("log: T=21.5", pattern="T={t:number}") == "bad_pattern"
    assert out("log: T=21.5 C", pattern="T={t:number}", strict=False) == {"t": 21.5}


def test_values_that_nothing_can_hold_fail() -> None:
    assert reason("T=1e999 x", pattern=PATTERN) == "not_finite"
    assert reason("9" * 30, pattern="{n:integer}") == "number_too_large"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "missing_field"),
        (5, "wrong_type"),
        (True, "wrong_type"),
        (["T=1 x"], "wrong_type"),
        ({"a": "b"}, "wrong_type"),
    ],
)
def test_what_is_no_text_fails(value: Any, code: str) -> None:
    assert reason(value, pattern=PATTERN) == code
    assert reason(value, columns=COLUMNS) == code


def test_an_event_without_the_field_fails() -> None:
    node = Harness(ParseText, {"pattern": PATTERN})
    node.feed("0s", {"other": 1})
    assert node.sent == [("failed", 0, {"other": 1, "reason": "missing_field"})]


def test_a_text_may_have_64_kibibytes() -> None:
    assert LONGEST == 65_536
    assert len(out("x" * LONGEST, pattern="{a}")["a"]) == LONGEST
    node = fed("x" * (LONGEST + 1), pattern="{a}")
    assert node.yields[0] == Trouble("too_large", {"size": LONGEST + 1, "limit": LONGEST})
    assert node.ports() == [("failed", 0)]
    assert reason("あ" * 21_846, columns=COLUMNS, strict=False) == "too_large"


def test_half_of_a_surrogate_pair_is_read_like_any_text() -> None:
    assert out("\ud800", pattern="{a}") == {"a": "\ud800"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A,7,on", {"name": "A", "n": 7, "on": True}),
        (" A , 7 ,off\r\n", {"name": "A", "n": 7, "on": False}),
        ('"a, ""b""",7,on', {"name": 'a, "b"', "n": 7, "on": True}),
        ("A,,", {"name": "A"}),
        (",7,", {"n": 7}),
        ("\n\nA,7,on\n\n", {"name": "A", "n": 7, "on": True}),
        ('"a\nb",7,on', {"name": "a\nb", "n": 7, "on": True}),
    ],
)
def test_columns_are_named_from_left_to_right(text: str, values: dict[str, Any]) -> None:
    assert out(text, columns=COLUMNS) == values


@pytest.mark.parametrize(
    ("text", "separator", "values"),
    [
        ("A;7;on", ";", {"name": "A", "n": 7, "on": True}), ("A\t7\ton", "\t", {"name": "A", "n": 7, "on": True}),
        ("A|7|on", "|", {"name": "A", "n": 7, "on": True}), ("A   7 on", " ", {"name": "A", "n": 7, "on": True}),
        ("A、7、on", "、", {"name": "A", "n": 7, "on": True}),
    ],
)  # fmt: skip
def test_another_character_may_separate_them(text: str, separator: str, values: dict[str, Any]) -> None:
    assert out(text, columns=COLUMNS, separator=separator) == values


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A,7", "too_short"), ("A", "too_short"), ("", "too_short"), ("A,7,on,x", "too_long"), ("A,7,on\nB,8,on", "too_long"),
        ("A,7.5,on", "wrong_type"), ("A,seven,on", "wrong_type"), ("A,7,maybe", "wrong_type"), ('"A"x,7,on', "bad_value"),
        ('"A,7,on', "bad_value"),
    ],
)  # fmt: skip
def test_a_line_that_does_not_fit_the_columns_fails(text: str, code: str) -> None:
    assert reason(text, columns=COLUMNS) == code


def test_unless_it_is_strict_columns_may_be_missing_or_too_many() -> None:
    assert out("A", columns=COLUMNS, strict=False) == {"name": "A"}
    assert out("A,7,on,x\nB,8", columns=COLUMNS, strict=False) == {"name": "A", "n": 7, "on": True}
    assert out("", columns=COLUMNS, strict=False) == {}
    assert reason("A,seven", columns=COLUMNS, strict=False) == "wrong_type"


def test_numbers_of_columns_that_do_not_fit_are_told() -> None:
    assert fed("A,7", columns=COLUMNS).yields[0] == Trouble("too_short", {"min": 3, "count": 2})
    assert fed("A,7,on,x", columns=COLUMNS).yields[0] == Trouble("too_long", {"max": 3, "count": 4})


def test_whether_it_is_strict_can_change_while_running() -> None:
    node = Harness(ParseText, {"pattern": "T={t:number}"})
    node.change({"pattern": "T={t:number}", "strict": False}, "1s")
    node.feed("2s", {"value": "x T=1"})
    assert node.ports() == [("out", 2)]


KNOWN = scope_of(shape=Shape({"value": FieldShape("string"), "t": FieldShape("number", "°C")}, False))


def test_the_shapes_have_the_new_fields_and_the_reason() -> None:
    shapes = Harness(ParseText, {"pattern": "{t:integer} {b:boolean} {s}"}, KNOWN).shapes()
    assert shapes["out"].fields == {
        "value": FieldShape("string"), "t": FieldShape("integer"), "b": FieldShape("boolean"), "s": FieldShape("string"),
    }  # fmt: skip
    assert shapes["failed"].fields == {**KNOWN.shape.fields, "reason": FieldShape("string")}
    assert set(Harness(ParseText, {"columns": COLUMNS}, KNOWN).shapes()["out"].fields) == {
        "value",
        "t",
        "name",
        "n",
        "on",
    }


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"pattern": "{a}"}, []),
        ({"pattern": "{a}", "field": "t"}, [("wrong_type", "/params/field")]),
        ({"pattern": "{a}", "field": "lost"}, [("unknown_field", "/params/field")]),
        ({"pattern": "{a"}, [("text_syntax", "/params/pattern")]),
        ({"pattern": "a"}, [("too_short", "/params/pattern")]),
        ({"pattern": "{a:float}"}, [("not_allowed_value", "/params/pattern")]),
        ({"pattern": "{a},{a}"}, [("not_unique", "/params/pattern")]),
        ({"pattern": "{time}"}, [("reserved_name", "/params/pattern")]),
        ({"columns": [{"name": "a"}, {"name": "a"}]}, [("not_unique", "/params/columns/1/name")]),
        ({"columns": [{"name": "device"}]}, [("reserved_name", "/params/columns/0/name")]),
    ],
)
def test_what_cannot_work_is_a_problem_with_its_place(params: Any, found: list[tuple[str, str]]) -> None:
    checked = ParseText.check(ParseText.Params.model_validate(params), KNOWN)
    assert [(problem.code, problem.path) for problem in checked] == found


@pytest.mark.parametrize(
    "params",
    [
        {}, {"pattern": "{a}", "columns": COLUMNS}, {"columns": []}, {"columns": COLUMNS, "separator": ""},
        {"columns": COLUMNS, "separator": ",,"}, {"columns": COLUMNS, "separator": '"'}, {"columns": COLUMNS, "separator": "\n"},
        {"columns": [{"name": "a b"}]}, {"columns": [{"name": "a", "type": "text"}]},
        {"columns": [{"name": f"a{n}"} for n in range(201)]}, {"pattern": ""},
    ],
)  # fmt: skip
def test_params_that_say_nothing_or_too_much_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        Harness(ParseText, params)
