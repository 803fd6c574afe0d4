"""set_fields: computed fields, all from the event as it came."""

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.set_fields import SetFields

TYPED = scope_of(shape=Shape({"a": FieldShape("number"), "b": FieldShape("number")}, open=False))


def fields(*pairs: tuple[str, str]) -> dict[str, object]:
    return {"fields": [{"name": name, "expr": expr} for name, expr in pairs]}


def test_expressions_see_the_event_as_it_came_in() -> None:
    node = Harness(SetFields, fields(("a", "b"), ("b", "a")), TYPED)
    node.feed("0s", {"a": 1.0, "b": 2.0, "c": 3})
    assert node.sent[0][2] == {"a": 2.0, "b": 1.0, "c": 3}


def test_an_event_that_cannot_be_computed_goes_no_further() -> None:
    node = Harness(SetFields, fields(("q", "a / b")), TYPED)
    node.feed("0s", {"a": 1.0})
    assert not node.sent
    assert node.troubles() == ["missing_field"]


def test_new_fields_have_the_type_of_their_expression() -> None:
    node = Harness(SetFields, fields(("hot", "a > 80.0"), ("name", "'x'")), TYPED)
    shape = node.shapes()["out"]
    assert shape.fields["hot"].type == "boolean"
    assert shape.fields["name"].type == "string"


def test_a_problem_names_the_expression_it_is_in() -> None:
    params = SetFields.Params.model_validate(fields(("ok", "a"), ("bad", "a +")))
    assert [p.path for p in SetFields.check(params, TYPED)] == ["/params/fields/1/expr"]
