"""Sentences about what a camera's detector sees, over the registries of the gallery."""

import json
from pathlib import Path
from typing import Any

import pytest

from document.registry import load_registry
from llm.authors.phrasebook.author import Phrasebook
from llm.authors.phrasebook.reading import language_of
from llm.compilation import Compilation
from llm.compile import compile
from nodes.kit.catalog import full_catalog

GALLERY = Path(__file__).resolve().parents[3] / "gallery"


def built(text: str, scenario: str = "helmet", **answers: Any) -> Compilation:
    registry, _ = load_registry((GALLERY / scenario / "registry.json").read_bytes())
    lang = language_of(text)
    return compile(text, author=Phrasebook(), registry=registry, catalog=full_catalog(), lang=lang, answers=answers)


def node(made: Compilation, kind: str) -> dict[str, Any]:
    assert made.document is not None, [problem.args for problem in made.problems]
    return next(node["params"] for node in made.document["nodes"] if node["kind"] == kind)


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("ホールのカメラにノーヘルの作業員が写ったら安全担当に知らせる", ["person_without_helmet"]),
        ("カメラで保護帽を着用していない人を見つけたら安全担当へ連絡", ["person_without_helmet"]),
        ("立入区域に誰かいたら安全担当に知らせる", ["person_with_helmet", "person_without_helmet"]),
        ("Tell the safety officer when a worker without a hard hat is on a hall camera", ["person_without_helmet"]),
        ("If anybody is in the restricted area, alert safety", ["person_with_helmet", "person_without_helmet"]),
    ],
)
def test_who_is_meant_is_grounded_in_the_classes_that_the_model_names(text: str, classes: list[str]) -> None:
    assert node(built(text), "detect")["classes"] == classes


@pytest.mark.parametrize(
    "text",
    [
        "立入区域に反射ベストを着ていない人がいたら安全担当に知らせる",
        "ホールのカメラに倒れている人が写ったら安全担当に知らせる",
        "When a person lying on the floor is on a hall camera, tell the safety officer",
        "When a person without a vest is in the restricted area, tell the safety officer",
        "When an unconscious worker is on a hall camera, tell the safety officer",
    ],
)
def test_what_no_class_tells_is_not_taken_for_anybody(text: str) -> None:
    made = built(text)
    assert made.document is None or not any(n["kind"] == "detect" for n in made.document["nodes"])


def test_a_zone_that_nobody_drew_is_asked_for_and_is_all_of_the_picture_until_then() -> None:
    text = "ピット周辺エリアにヘルメットなしの人がいたら安全担当に知らせる"
    made = built(text)
    (asked,) = [question for question in made.questions if question["id"] == "zone"]
    assert [option["value"] for option in asked["options"]] == ["whole", "restricted"]
    assert asked["default"] == "whole"
    assert "zones" not in node(made, "detect")
    answered = built(text, zone="restricted")
    assert [zone["name"] for zone in node(answered, "detect")["zones"]] == ["立入区域"]
    assert not any(question["id"] == "zone" for question in answered.questions)


@pytest.mark.parametrize(
    ("text", "confirm"),
    [
        ("3枚中2枚の画像で立入区域に人がいたら安全担当に知らせる", {"times": 2, "of": 3}),
        ("立入区域に人が2枚続けて写ったら安全担当に知らせる", {"times": 2, "of": 2}),
        ("Tell safety when a person is in the restricted area in 3 pictures in a row", {"times": 3, "of": 3}),
    ],
)
def test_how_many_pictures_must_agree(text: str, confirm: dict[str, int]) -> None:
    assert node(built(text), "detect")["confirm"] == confirm


def test_how_many_are_wanted() -> None:
    assert node(built("立入区域に人が3人以上いたら安全担当に知らせる"), "detect")["at_least"] == 3
    assert (
        node(built("When two or more people are in the restricted area, tell the safety officer"), "detect")["at_least"]
        == 2
    )


def test_how_long_they_stay_is_a_hold_on_their_number() -> None:
    made = built("立入区域に人が30秒以上いたら安全担当に知らせる")
    held = node(made, "threshold")
    assert (held["field"], held["for"]) == ("count", "$hold")
    assert made.document is not None
    assert made.document["settings"]["hold"]["value"] == "30s"


def test_a_model_for_detection_is_never_asked_to_judge() -> None:
    made = built("ホールのカメラの画像で床が濡れていたら安全担当に知らせる")
    asks = [n for n in (made.document or {"nodes": []})["nodes"] if n["kind"] == "ai_prompt"]
    assert all("model" not in n["params"] for n in asks)


def test_what_a_dial_shows_is_a_number_with_the_unit_of_its_scale() -> None:
    made = built("When the gauge pressure is above 1000 kPa, tell the plant operator", "gauge")
    scale = node(made, "curve")
    assert (scale["name"], scale["unit"], scale["points"][-1]) == ("pressure", "MPa", {"x": 1, "y": 1.6})
    assert node(made, "threshold")["field"] == "pressure"
    assert made.document is not None
    assert made.document["settings"]["limit"]["unit"] in ("kPa", "MPa")


@pytest.mark.parametrize(
    ("text", "side", "left"),
    [
        ("ポンプの振動があと2日で7.1mm/sに達しそうなら保全担当に知らせる", "above", "2d"),
        ("If the vibration of a pump will exceed 7.1 mm/s within 12 hours, tell the maintenance team", "above", "12h"),
        ("Tell maintenance when only 3 days are left until the vibration falls below 1 mm/s", "below", "3d"),
    ],
)
def test_how_long_until_a_limit_is_foretold(text: str, side: str, left: str) -> None:
    made = built(text, "bearing")
    ahead = node(made, "forecast")
    assert (ahead["field"], side in ahead) == ("vibration", True)
    assert made.document is not None
    assert made.document["settings"]["left"]["value"] == left


def test_a_rate_counts_each_part_once_and_only_when_there_are_enough() -> None:
    made = built("直近50個の不良率が5%を超えたら品質担当に知らせる", "parts")
    assert node(made, "zones")["by"] == "middle"
    assert node(made, "window")["readings"] == "$readings"
    assert node(made, "holds")["expr"] == "count >= settings.readings && value > settings.limit"
    assert json.dumps(made.document, ensure_ascii=False).count('"value": 50') == 1
