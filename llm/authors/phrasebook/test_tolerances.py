"""A value with a tolerance is a range around that value, and is refused where it is not plain what is compared."""

from typing import Any

import pytest

from document.problems import render
from llm.authors.phrasebook.author import Phrasebook
from llm.authors.phrasebook.reading import language_of
from llm.compile import Request
from llm.evals.scenario import registry_named
from nodes.kit.catalog import full_catalog


def made(registry: str, prompt: str) -> tuple[list[dict[str, Any]], str]:
    """The params of every node with the settings in their places, and what was refused, as one text."""
    request = Request(registry=registry_named(registry), catalog=full_catalog(), lang=language_of(prompt))
    drafted = Phrasebook().write(prompt, request)
    document = drafted.document or {"nodes": []}
    known = {f"${name}": setting["value"] for name, setting in document.get("settings", {}).items()}

    def put(value: Any) -> Any:
        return [put(part) for part in value] if isinstance(value, list) else known.get(str(value), value)

    params = [{name: put(value) for name, value in node["params"].items()} for node in document["nodes"]]
    return params, " ".join(render(p, request.lang)["message"] for p in drafted.problems)


@pytest.mark.parametrize(
    ("registry", "prompt", "key", "limits"),
    [
        ("cold", "Tell the store manager if the temperature of freezer A is not within 2 degrees of -18.", "outside", [-20, -16]),
        ("supermarket", "Tell the store manager when a dairy case is within 2 degrees of 5.", "between", [3, 7]),
        ("cold", "Tell the store manager if freezer A is more than 3 °C away from -20 °C.", "outside", [-23, -17]),
        ("hotel", "Tell the front desk if a bath stays within ±3 of the set value of 40 for ten minutes.", "between", [37, 43]),
        ("supermarket", "If an oven is not 180 °C plus or minus 5, tell the store manager.", "outside", [175, 185]),
        ("cold", "Tell the store manager if the temperature of freezer A isn't at -18 ± 2 °C.", "outside", [-20, -16]),
        ("plant", "If pump 101's pressure is outside 400 kPa ± 5 %, tell the control room.", "outside", [380, 420]),
        ("hotel", "大浴場の湯温が40度±3度を外れたらフロントに知らせて", "outside", [37, 43]),
        ("hotel", "大浴場の湯温が40℃±2℃の範囲に入っていなければフロントに知らせて", "outside", [38, 42]),
        ("cold", "冷凍庫Aの庫内温度が-20℃から3℃を超えてずれたら店長に連絡", "outside", [-23, -17]),
    ],
)  # fmt: skip
def test_a_tolerance_is_a_range_around_the_value(registry: str, prompt: str, key: str, limits: list[float]) -> None:
    params, missed = made(registry, prompt)
    assert [p[key] for p in params if key in p] == [limits], (params, missed)


@pytest.mark.parametrize(
    ("registry", "prompt"),
    [
        ("hotel", "大浴場の湯温が40℃から2℃以上ずれたらフロントに知らせて"),
        ("hotel", "Tell the front desk if a bath's water temperature is at least 2 degrees off 40."),
    ],
)
def test_a_distance_that_is_reached_counts_too(registry: str, prompt: str) -> None:
    request = Request(registry=registry_named(registry), catalog=full_catalog(), lang=language_of(prompt))
    document = Phrasebook().write(prompt, request).document
    assert document is not None
    assert sorted(s["value"] for name, s in document["settings"].items() if name.startswith("limit")) == [38, 42]
    assert any(
        n["params"].get("expr") == "temp <= settings.limit || temp >= settings.limit_2" for n in document["nodes"]
    )


@pytest.mark.parametrize(
    ("registry", "prompt"),
    [
        ("bakery", "Tell QA if an oven heads for 180 ± 5."),
        ("hotel", "大浴場の湯温を40度±3度として、フロントに知らせて"),
    ],
)
def test_a_tolerance_of_which_nothing_is_asked_is_refused(registry: str, prompt: str) -> None:
    params, missed = made(registry, prompt)
    assert params == []
    assert "tolerance" in missed or "許容" in missed


@pytest.mark.parametrize(
    "prompt",
    [
        "冷凍庫Aの庫内温度が-18℃±2℃以内でなければ店長に連絡",
        "冷凍庫Aの庫内温度が-18℃±2℃の範囲内でなければ店長に知らせて",
    ],
)
def test_not_within_a_tolerance_is_told_when_it_is_left(prompt: str) -> None:
    request = Request(registry=registry_named("cold"), catalog=full_catalog(), lang="ja")
    document = Phrasebook().write(prompt, request).document
    assert document is not None
    test, notice = document["nodes"][1:]
    assert "outside" in test["params"]
    assert notice["from"] == [f"{test['id']}.entered"]
    assert "外れました" in notice["params"]["text"]
