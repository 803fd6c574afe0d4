"""A registry of 10,000 devices, 500 types and 200 destinations: what a sentence names is found, quickly and in few words."""

import json
import time
from typing import Any

import pytest

from llm.authors.model import ModelAuthor
from llm.authors.phrasebook.author import Phrasebook
from llm.compile import compile
from llm.grounding import LARGEST, grounding
from llm.instructions import instructions
from llm.projection import Projection
from llm.providers.openai import ChatModel
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Command, Destination, Device, DeviceType, Registry, TypeField
from tests.model_server import ModelServer

THINGS = [("pump", "ポンプ"), ("freezer", "冷凍庫"), ("boiler", "ボイラー"), ("conveyor", "コンベヤー"), ("mixer", "ミキサー"),
    ("chiller", "チラー"), ("press", "プレス機"), ("dryer", "乾燥機"), ("valve", "バルブ"), ("tank", "タンク")]  # fmt: skip
PLACES = [("north", "北"), ("south", "南"), ("paint", "塗装"), ("casting", "鋳造"), ("packing", "包装"), ("assembly", "組立"),
    ("shipping", "出荷"), ("coating", "被覆"), ("bakery", "製パン"), ("dairy", "乳製品")]  # fmt: skip
SORTS = [("main", "主"), ("backup", "予備"), ("mobile", "可搬"), ("old", "旧型"), ("new", "新型")]
FIELDS = [
    ("temperature", "°C", "温度"),
    ("pressure", "kPa", "圧力"),
    ("vibration", "mm/s", "振動"),
    ("current", "A", "電流"),
]
TEAMS = [("crew", "班"), ("office", "事務所"), ("desk", "窓口"), ("channel", "チャンネル")]


def built() -> Registry:
    types, devices, destinations = {}, {}, {}
    numbers = [(s, p, t) for s in SORTS for p in PLACES for t in THINGS]
    for at, (sort, place, thing) in enumerate(numbers):
        id = f"t{at:03}"
        fields = [
            TypeField(name=f"f{n}", unit=unit, label={"en": en, "ja": ja}) for n, (en, unit, ja) in enumerate(FIELDS)
        ]
        stop = Command(id="stop", label={"en": "stop", "ja": "止める"}, topic=f"{id}/{{device}}/stop")
        label = {"en": f"{place[0]} {sort[0]} {thing[0]}", "ja": f"{place[1]}の{sort[1]}{thing[1]}"}
        types[id] = DeviceType(id=id, label=label, topic=f"{id}/{{device}}", fields=fields, commands=[stop])
        for n in range(1, 21):
            own = {"en": f"{label['en']} {n}", "ja": f"{label['ja']}{n}号"}
            devices[f"{id}-{n}"] = Device(id=f"{id}-{n}", type=id, label=own, attributes={"hall": f"H{n % 7}"})
    for at in range(200):
        team, place, sort = TEAMS[at % 4], PLACES[at // 4 % 10], SORTS[at // 40]
        label = {"en": f"{sort[0]} {place[0]} {team[0]}", "ja": f"{place[1]}{sort[1]}{team[1]}"}
        destinations[f"d{at:03}"] = Destination(id=f"d{at:03}", label=label)
    return Registry(types=types, devices=devices, destinations=destinations)


REGISTRY = built()
assert (len(REGISTRY.devices), len(REGISTRY.types), len(REGISTRY.destinations)) == (10_000, 500, 200)


def cases() -> list[tuple[str, str, str, str]]:
    """(prompt, type, field, destination) over the whole registry."""
    found = []
    for at in range(0, 500, 29):
        type_, to = list(REGISTRY.types.values())[at], list(REGISTRY.destinations.values())[at * 7 % 200]
        field = type_.fields[at % 4]
        if at % 2:
            prompt = f"{type_.label['ja']}の{field.label['ja']}が80を超えたら{to.label['ja']}に知らせて"
        else:
            prompt = f"When the {field.label['en']} of a {type_.label['en']} rises above 80, tell the {to.label['en']}"
        found.append((prompt, type_.id, field.name, to.id))
    return found


@pytest.mark.parametrize(("prompt", "type_id", "field", "to"), cases())
def test_what_the_sentence_names_is_shown_to_a_model_first(prompt: str, type_id: str, field: str, to: str) -> None:
    text = grounding(REGISTRY, prompt)
    shown = json.loads(text)
    assert len(text) <= LARGEST
    assert shown["types"][0]["id"] == type_id
    assert field in [known["name"] for known in shown["types"][0]["fields"]]
    assert shown["destinations"][0]["id"] == to
    assert type_id in [device["type"] for device in shown["devices"]]


@pytest.mark.parametrize("at", range(3, 10_000, 1_111))
def test_a_single_device_is_found_among_ten_thousand(at: int) -> None:
    device = list(REGISTRY.devices.values())[at]
    for prompt in (
        f"Stop {device.label['en']} at 18:00",
        f"{device.label['ja']}の温度が90度を超えたら止めて",
        f"watch {device.id}",
    ):
        shown = json.loads(grounding(REGISTRY, prompt))
        assert device.id in [known["id"] for known in shown["devices"][:3]]
        assert device.type in [known["id"] for known in shown["types"]]


def test_words_of_the_other_language_find_it_too() -> None:
    types = {f"x{n}": DeviceType(id=f"x{n}", label={"en": f"gadget {n}"}) for n in range(400)}
    types["x77"] = DeviceType(
        id="x77", label={"en": "refrigerator"}, fields=[TypeField(name="temp", label={"en": "temperature"})]
    )
    shown = json.loads(grounding(Registry(types=types), "冷蔵庫の温度が10度を超えたら知らせて"))
    assert shown["types"][0]["id"] == "x77"


@pytest.mark.parametrize(("prompt", "type_id", "field", "to"), cases()[::4])
def test_the_phrasebook_builds_on_them_in_less_than_a_second(prompt: str, type_id: str, field: str, to: str) -> None:
    began = time.process_time()
    made = compile(prompt, author=Phrasebook(), registry=REGISTRY, catalog=full_catalog())
    spent = time.process_time() - began
    assert made.document is not None
    nodes = made.document["nodes"]
    assert nodes[0]["params"]["type"] == type_id
    assert [n["params"]["field"] for n in nodes if "field" in n["params"]] == [field]
    assert [n["params"]["to"] for n in nodes if "to" in n["params"]] == [to]
    assert all(stream["passed"] for stream in made.evidence["streams"])
    assert spent < 5  # seconds of this process; less than one on a machine of its own


def test_a_model_gets_bounded_instructions_and_its_answer_is_bound_to_what_it_was_shown() -> None:
    prompt, type_id, field, to = cases()[1]
    document: dict[str, Any] = {"suiro": 1, "name": "x", "nodes": [
        {"id": "a", "kind": "devices", "params": {"type": type_id}},
        {"id": "b", "kind": "threshold", "from": ["a"], "params": {"field": field, "above": 80}},
        {"id": "c", "kind": "notify", "from": ["b.entered"], "params": {"to": to, "text": "{device}"}},
    ]}  # fmt: skip
    projection = Projection(full_catalog(), REGISTRY)
    assert len(json.dumps(projection.schema())) < 100_000
    assert len(instructions(full_catalog(), projection, "ja")) < 80_000
    with ModelServer("honest", lambda body: projection.to_model(document)) as server:
        author = ModelAuthor(ChatModel(server.url, "k", "m", budget=20))
        began = time.process_time()
        made = compile(prompt, author=author, registry=REGISTRY, catalog=full_catalog())
        assert time.process_time() - began < 4
    assert made.document == document
    assert len(server.requests[0]["messages"][1]["content"]) < LARGEST + 1_000
    assert type_id in server.requests[0]["messages"][1]["content"]


def test_names_and_forms_of_any_size_stay_within_bounds() -> None:
    huge = {"type": "object", "properties": {f"p{n}": {"enum": ["x" * 500] * 50} for n in range(200)}}
    commands = [Command(id=f"c{n}", label={"en": "z" * 5_000}, topic="t", values=huge) for n in range(60)]
    fields = [TypeField(name="n" * 300 + str(n), unit="u" * 400) for n in range(500)]
    types = {
        f"x{n}": DeviceType(id=f"x{n}", label={"en": "y\n" * 4_000}, fields=fields, commands=commands)
        for n in range(80)
    }
    text = grounding(Registry(types=types), "When x3 is hot, stop it")
    assert len(text) < 2 * LARGEST
    assert "\\n" not in text
    assert json.loads(text)["types"][0]["id"] == "x3"
