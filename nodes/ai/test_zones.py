"""zones: tracks keep their numbers, zones are entered and left once, lines are crossed one way or the other."""

from typing import Any

import pytest

from nodes.ai.zones import Zones
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

RIGHT = {"name": "right", "polygon": [{"x": 0.5, "y": 0}, {"x": 1, "y": 0}, {"x": 1, "y": 1}, {"x": 0.5, "y": 1}]}
LOW = {"name": "low", "polygon": [{"x": 0, "y": 0.6}, {"x": 1, "y": 0.6}, {"x": 1, "y": 1}, {"x": 0, "y": 1}]}
UP = {"name": "door", "from": {"x": 0.5, "y": 1}, "to": {"x": 0.5, "y": 0.2}}


def at(x: float, y: float = 0.8, name: str = "person") -> dict[str, Any]:
    """Somebody whose feet are at (x, y)."""
    return {"class": name, "score": 0.9, "box": [x - 0.05, max(0.0, y - 0.4), x + 0.05, y]}


def watched(*pictures: list[dict[str, Any]], **params: Any) -> Harness:
    """A node that saw these pictures, one a second."""
    node = Harness(Zones, {"zones": [RIGHT], **params})
    for second, objects in enumerate(pictures):
        node.feed(f"{second}s", {"objects": objects})
    return node


def told(node: Harness) -> list[tuple[str, float, int]]:
    return [(port, second, data["track"]) for port, second, data in node.sent if port != "out"]


def test_a_zone_is_entered_once_and_left_once_with_the_seconds_between() -> None:
    node = watched([at(0.4)], [at(0.5001)], [at(0.6)], [at(0.55)], [at(0.45)])
    assert told(node) == [("entered", 1.0, 1), ("left", 4.0, 1)]
    left = node.sent[-1][2]
    assert (left["zone"], left["stayed"], left["class"], left["box"]) == ("right", 3.0, "person", at(0.45)["box"])


def test_each_picture_is_told_with_counts_by_zone_and_numbered_objects() -> None:
    node = watched([at(0.4), at(0.7), at(0.8, 0.5)], zones=[RIGHT, LOW])
    (_, _, data), *_ = node.sent
    assert (data["count"], data["counts"]) == (3, {"right": 2, "low": 2})
    assert [(one["track"], one["zones"]) for one in data["objects"]] == [
        (1, ["low"]),
        (2, ["right", "low"]),
        (3, ["right"]),
    ]


def test_two_who_pass_each_other_keep_their_numbers() -> None:
    steps = [[at(0.2 + 0.08 * n), at(0.8 - 0.08 * n, 0.95)] for n in range(8)]
    shuffled = [objects if n % 2 else objects[::-1] for n, objects in enumerate(steps)]
    node = watched(*shuffled)
    numbers = [
        {round(one["box"][3], 2): one["track"] for one in data["objects"]}
        for port, _, data in node.sent
        if port == "out"
    ]
    assert numbers == [numbers[0]] * 8


def test_a_detector_that_changes_its_mind_about_the_class_does_not_lose_the_person() -> None:
    node = watched([at(0.6, name="with")], [at(0.62, name="without")], [at(0.64, name="with")])
    assert told(node) == [("entered", 0.0, 1)]


def test_who_is_hidden_for_a_while_is_the_same_and_who_is_lost_has_left_when_last_seen() -> None:
    back = watched([at(0.6)], [at(0.62)], [], [], [at(0.66)], lost="3s")
    assert told(back) == [("entered", 0.0, 1)]
    gone = watched([at(0.6)], [at(0.62)], [], [], [], [], [at(0.62)], lost="3s")
    assert told(gone) == [("entered", 0.0, 1), ("left", 5.0, 1), ("entered", 6.0, 2)]
    assert gone.sent[-3][2]["stayed"] == 1.0


def test_a_stay_is_told_once_when_it_has_lasted_and_anew_when_the_zone_was_left() -> None:
    path = [0.6, 0.6, 0.6, 0.6, 0.45, 0.6, 0.6, 0.6]
    node = watched(*[[at(x)] for x in path], dwell="2s")
    assert told(node) == [
        ("entered", 0.0, 1), ("dwelt", 2.0, 1), ("left", 4.0, 1), ("entered", 5.0, 1), ("dwelt", 7.0, 1),
    ]  # fmt: skip


def test_a_clock_that_is_set_forward_loses_nobody_and_makes_no_stay_longer() -> None:
    node = watched([at(0.7)], [at(0.7)], dwell="5s")
    assert node.memory.later(3_600_000)
    for second, x in ((2, 0.7), (3, 0.45)):
        node.feed(f"1h{second}s", {"objects": [at(x)]})
    assert [(port, data["track"]) for port, _, data in node.sent if port != "out"] == [("entered", 1), ("left", 1)]
    assert node.sent[-1][2]["stayed"] == 3.0


def test_a_line_is_crossed_forward_from_its_left_and_back_from_its_right_and_only_between_its_ends() -> None:
    def ways(*path: tuple[float, float]) -> list[str]:
        node = watched(*[[at(x, y)] for x, y in path], zones=[], lines=[UP])
        return [data["direction"] for port, _, data in node.sent if port == "crossed"]

    assert ways((0.45, 0.8), (0.55, 0.8)) == ["forward"]
    assert ways((0.55, 0.8), (0.45, 0.8)) == ["back"]
    assert ways((0.45, 0.8), (0.55, 0.8), (0.45, 0.8)) == ["forward", "back"]
    assert ways((0.45, 0.8), (0.49, 0.8)) == []
    assert ways((0.45, 0.45), (0.55, 0.1)) == ["forward"]
    assert ways((0.45, 0.15), (0.55, 0.15)) == []


def test_only_followed_classes_count_and_what_is_no_list_of_objects_changes_nothing() -> None:
    node = watched([at(0.6), at(0.8, name="cart")], classes=["person"])
    node.feed("1s", {"objects": "a person"})
    node.feed("2s", {})
    node.feed("3s", {"objects": [{"class": "person"}]})
    assert node.troubles() == ["wrong_type", "missing_field", "wrong_type"]
    assert told(node) == [("entered", 0.0, 1)]
    assert node.sent[0][2]["count"] == 1


def test_what_is_remembered_is_bounded_and_outlives_a_restart() -> None:
    crowd = [at(0.05 + 0.9 * (n % 15) / 15, 0.41 + 0.59 * (n // 15) / 15) for n in range(200)]
    node = watched(crowd, crowd)
    assert node.memory is not None
    assert len(node.memory.tracks) == 100
    node = watched([at(0.6)])
    node.store_and_load()
    node.feed("1s", {"objects": [at(0.62)]})
    assert told(node) == [("entered", 0.0, 1)]


def test_a_zone_that_is_no_longer_drawn_is_forgotten_without_an_event() -> None:
    node = watched([at(0.6)], zones=[RIGHT, LOW])
    node.change({"zones": [LOW]}, "1s")
    node.feed("1s", {"objects": [at(0.6)]})
    assert [(port, data["zone"]) for port, _, data in node.sent if port != "out"] == [
        ("entered", "right"),
        ("entered", "low"),
    ]
    assert node.sent[-1][0] == "out"
    assert node.sent[-1][2]["counts"] == {"low": 1}


def test_wrong_params_are_told_where_they_stand() -> None:
    scope = scope_of(shape=Shape({"objects": FieldShape("any")}, open=False))
    assert Harness.problems_of(Zones, {"zones": [RIGHT], "lines": [UP]}, scope) == []
    assert Harness.problems_of(Zones, {"zones": [RIGHT, RIGHT], "lines": [UP, UP]}, scope) == [
        "not_unique",
        "not_unique",
    ]
    assert Harness.problems_of(Zones, {"zones": [RIGHT], "field": "people"}, scope) == ["unknown_field"]
    with pytest.raises(ValueError, match="missing_key"):
        Harness(Zones, {})
