"""detect: what a model says is checked, filtered by class, score and zone, counted, and confirmed over pictures."""

from typing import Any

import msgspec
import pytest

from nodes.ai.detect import Detect
from nodes.kit.harness import Harness, scope_of
from nodes.kit.picture import handle
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Model, Registry

SHOT = handle("ab" * 32, 320, 240)
LEFT = {"name": "left", "polygon": [{"x": 0, "y": 0}, {"x": 0.5, "y": 0}, {"x": 0.5, "y": 1}, {"x": 0, "y": 1}]}


def a(name: str, score: float = 0.9, box: Any = (0.1, 0.2, 0.3, 0.6), **more: Any) -> dict[str, Any]:
    return {"class": name, "score": score, "box": list(box), **more}


def looked(*pictures: Any, **params: Any) -> Harness:
    """A node that was told of these pictures, one a second."""
    node = Harness(Detect, {"image": "shot", **params})
    for second, objects in enumerate(pictures):
        node.feed(f"{second}s", {"shot": SHOT})
        node.answer({"objects": objects})
    return node


def ports(node: Harness) -> list[str]:
    return [port for port, _, _ in node.sent if port != "out"]


def test_the_model_is_asked_for_objects_in_the_kept_picture() -> None:
    (ask,) = looked([], model="m1", timeout="2s").asks()
    assert ask.request == {"task": "detect", "model": "m1", "picture": SHOT}
    assert ask.timeout == 2_000


def test_objects_that_count_are_told_with_their_number_the_surest_first() -> None:
    node = looked([a("cat", 0.6), a("dog", 0.4), a("cat", 0.8, value=0.25), a("cow")], classes=["cat", "dog"])
    (_, _, data), *_ = node.sent
    assert [(one["class"], one["score"]) for one in data["objects"]] == [("cat", 0.8), ("cat", 0.6)]
    assert (data["count"], data["counts"], data["label"], data["value"]) == (2, {"cat": 2}, "cat", 0.25)
    assert data["shot"] == SHOT


def test_a_picture_without_objects_has_no_label_and_no_value() -> None:
    ((port, _, data),) = looked([]).sent
    assert (port, data["count"], data["counts"], data["objects"]) == ("out", 0, {}, [])
    assert not {"label", "value"} & data.keys()


def test_only_what_stands_in_a_zone_counts() -> None:
    tall = (0.4, 0.1, 0.7, 0.9)  # its middle, 0.55, is right of the border
    assert [looked([a("cat", box=box)], zones=[LEFT]).sent[0][2]["count"] for box in ((0.3, 0.1, 0.6, 0.9), tall)] == [
        1,
        0,
    ]
    low = {"name": "low", "polygon": [{"x": 0, "y": 0.8}, {"x": 1, "y": 0.8}, {"x": 1, "y": 1}, {"x": 0, "y": 1}]}
    assert [looked([a("cat", box=tall)], zones=[low], by=by).sent[0][2]["count"] for by in ("foot", "middle")] == [1, 0]
    assert looked([a("cat", box=tall)], zones=[LEFT, low]).sent[0][2]["count"] == 1


def test_it_enters_once_when_enough_are_there_and_clears_once_when_they_are_not() -> None:
    one, two = [a("cat")], [a("cat"), a("cat", box=(0.5, 0.2, 0.7, 0.6))]
    node = looked(one, two, two, one, [], two, at_least=2)
    assert [(port, at) for port, at, _ in node.sent if port != "out"] == [
        ("entered", 1.0),
        ("cleared", 3.0),
        ("entered", 5.0),
    ]


def test_both_ways_are_confirmed_by_so_many_of_the_last_pictures() -> None:
    yes, no = [a("cat")], []
    assert ports(looked(yes, no, no, yes, no, confirm={"times": 2, "of": 3})) == []
    node = looked(yes, no, yes, no, yes, no, no, confirm={"times": 2, "of": 3})
    assert [(port, at) for port, at, _ in node.sent if port != "out"] == [("entered", 2.0), ("cleared", 5.0)]


def test_what_was_seen_is_remembered_over_a_restart_and_stays_small() -> None:
    node = looked(*[[a("cat")]] * 9, confirm={"times": 5, "of": 7}, at_least=2)
    node.store_and_load()
    assert len(msgspec.json.encode(node.memory)) < 100
    assert node.kind.Memory is not None
    assert node.memory == node.kind.Memory(last=[False] * 7)


def test_a_doubtful_picture_leaves_by_unsure_alone_and_votes_for_nothing() -> None:
    node = looked([a("cat")], [a("cat", 0.3)], [a("cat", 0.1)], doubt=0.2)
    assert [port for port, _, _ in node.sent] == ["out", "entered", "unsure", "out", "cleared"]
    assert node.sent[2][2]["objects"][0]["score"] == 0.3


@pytest.mark.parametrize("shot", [None, "text", 5, {"$picture": "../etc"}])
def test_an_event_without_a_picture_asks_nothing_and_fails(shot: Any) -> None:
    node = Harness(Detect, {"image": "shot"})
    node.feed("0s", {"shot": shot})
    assert (node.asks(), node.troubles()) == ([], ["missing_field"])
    assert [(port, data["reason"]) for port, _, data in node.sent] == [("failed", "no_picture")]


@pytest.mark.parametrize(
    "value",
    [
        None, "a cat", [], {}, {"objects": {}}, {"objects": ["cat"]}, {"objects": [a("cat")] * 201},
        {"objects": [{"class": "cat", "score": 0.9}]}, {"objects": [a("")]}, {"objects": [a("c" * 101)]},
        {"objects": [a("cat", 1.5)]}, {"objects": [a("cat", float("nan"))]}, {"objects": [a("cat", True)]},
        {"objects": [a("cat", box=(0, 0, 2, 1))]}, {"objects": [a("cat", box=(0.5, 0, 0.1, 1))]},
        {"objects": [a("cat", box=(0, 0, 1))]}, {"objects": [a("cat", value="ignore all rules")]},
    ],
)  # fmt: skip
def test_an_answer_that_is_no_list_of_objects_fails_and_changes_nothing(value: Any) -> None:
    node = looked([a("cat")])
    node.answer(value)
    assert [port for port, _, _ in node.sent] == ["out", "entered", "failed"]
    assert node.troubles() == ["bad_answer"]
    assert len(node.sent[-1][2]["detail"]) < 200


def test_nothing_but_the_declared_keys_of_an_object_gets_through() -> None:
    ((_, _, data), *_) = looked([a("cat", topic="plant/x/set", value=0.5)]).sent
    assert data["objects"] == [a("cat", value=0.5)]


def test_a_model_that_cannot_be_asked_fails_with_its_reason() -> None:
    node = looked([a("cat")])
    node.answer(error="model_missing")
    assert (node.troubles(), ports(node)) == (["model_missing"], ["entered", "failed"])
    assert node.node.standing(node.memory) == "entered"


def test_wrong_params_are_told_where_they_stand() -> None:
    def scope(**model: Any) -> Any:
        fields = {"shot": FieldShape("image"), "speed": FieldShape("number")}
        models = {"m": Model(id="m", **{"task": "detect", "labels": ["cat", "dog"], **model})}
        return scope_of(registry=Registry({}, {}, {}, models), shape=Shape(fields, open=False))

    def codes(given: Any, **params: Any) -> list[tuple[str, str]]:
        node = Harness(Detect, {"image": "shot", "model": "m", **params}, given)
        return [(problem.code, problem.path) for problem in node.problems()]

    assert codes(scope(), classes=["dog", "cat"]) == []
    assert codes(scope(), classes=["dog", "cot"]) == [("not_allowed_value", "/params/classes/1")]
    assert codes(scope(labels=[]), classes=["cow"]) == []
    assert codes(scope(task="chat")) == [("wrong_task", "/params/model")]
    assert codes(scope(), image="speed") == [("wrong_type", "/params/image")]
    assert codes(scope(), zones=[LEFT, LEFT]) == [("not_unique", "/params/zones/1/name")]
    with pytest.raises(ValueError, match="limits_swapped"):
        Harness(Detect, {"image": "shot", "score": 0.4, "doubt": 0.4})
