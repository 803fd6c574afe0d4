"""Make it mine: a scenario's flow on the devices that are really there, field by field, with its units."""

from pathlib import Path
from typing import Any

import pytest

from document.registry import load_registry
from engine.document_tests import run_tests
from flows import commands
from flows.mine.applying import applied
from flows.mine.fitting import field_fit, suggested
from flows.mine.needs import needs_of
from flows.models import Flow, Membership
from flows.tests.conftest import Api
from flows.tests.scenario_files import FLOW, REGISTRY, write_scenario
from nodes.kit.catalog import full_catalog
from nodes.kit.things import TypeField

REAL: dict[str, Any] = {
    "types": [
        {"id": "furnace", "label": {"en": "Furnace"}, "topic": "r/{device}/t",
         "fields": [{"name": "temp_f", "type": "number", "unit": "°F", "label": {"en": "temperature"}},
                    {"name": "speed", "type": "number", "unit": "m/s"}, {"name": "state", "type": "string"}]},
        {"id": "beacon", "label": {"en": "Beacon"}, "topic": "r/{device}/state",
         "commands": [{"id": "shine", "topic": "r/{device}/set",
                       "values": {"type": "object", "properties": {"colour": {"enum": ["GREEN", "RED"]}, "level": {"type": "integer"}}}}]},
    ],
    "devices": [{"id": "furnace-7", "type": "furnace"}, {"id": "furnace-8", "type": "furnace"}, {"id": "beacon-1", "type": "beacon"}],
    "destinations": [{"id": "office", "service": "inbox", "label": {"en": "office"}}],
}  # fmt: skip
CHOICE: dict[str, Any] = {
    "types": {"v_oven": {"to": "furnace", "fields": {"temperature": "temp_f"}, "devices": ["furnace-7"]},
              "v_lamp": {"to": "beacon", "fields": {}, "devices": None}},
    "devices": {"v-lamp-1": "beacon-1"},
    "commands": {"v_lamp": {"v_set": {"to": "shine", "values": {"color": {"to": "colour", "values": {'"red"': "RED"}}}}}},
    "destinations": {"v-boss": "office"},
}  # fmt: skip
VIRTUAL, OURS = (load_registry(things)[0] for things in (REGISTRY, REAL))


def field(type: str = "number", unit: str | None = "°C") -> TypeField:
    return TypeField(name="x", type=type, unit=unit)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def gallery(tmp_path: Path, settings: Any) -> None:
    settings.GALLERY = write_scenario(tmp_path / "gallery")


def test_what_a_flow_needs_is_what_it_reads_and_sends() -> None:
    needs = needs_of(FLOW, VIRTUAL)
    assert [(one.type.id, [f.name for f in one.fields], one.devices) for one in needs.types] == [
        ("v_oven", ["temperature"], []),
        ("v_lamp", [], ["v-lamp-1"]),
    ]
    assert [(command.id, command.values) for command in needs.types[1].commands] == [("v_set", {"color": ['"red"']})]
    assert needs.destinations == ["v-boss"]


def test_the_flow_on_real_devices_does_the_same_at_the_same_heat() -> None:
    mine = applied(FLOW, CHOICE, VIRTUAL, OURS)
    nodes = {node["id"]: node for node in mine["nodes"]}
    assert nodes["oven"]["params"] == {"type": "furnace", "only": ["furnace-7"]}
    assert nodes["oven_named"]["params"] == {"fields": [{"from": "temp_f", "to": "temperature"}]}
    assert nodes["oven_units"] == {"id": "oven_units", "kind": "convert", "from": ["oven_named"],
                                   "params": {"fields": [{"field": "temperature", "to": "°C"}]}}  # fmt: skip
    assert nodes["hot"]["from"] == ["oven_units"]
    assert nodes["red"]["params"] == {"device": "beacon-1", "command": "shine", "values": {"colour": "RED"}}
    given = [row["data"] for row in mine["tests"][0]["given"]]
    assert given == [{"temp_f": 158.0}, {"temp_f": 194.0}], "70 and 90 °C"
    found = run_tests(mine, full_catalog(), OURS)
    assert found["passed"] == 1, found
    assert FLOW["nodes"][1]["from"] == ["oven"], "the scenario's own flow stays as it is"


def test_fields_of_the_same_name_and_unit_need_nothing_between() -> None:
    alike = {"types": [{**REGISTRY["types"][0], "id": "kiln", "topic": "k/{device}"}], "devices": []}
    choice = {"types": {"v_oven": {"to": "kiln", "fields": {"temperature": "temperature"}, "devices": None}}}
    mine = applied(FLOW, choice, VIRTUAL, load_registry(alike)[0])
    assert [node["id"] for node in mine["nodes"]] == [node["id"] for node in FLOW["nodes"]]


@pytest.mark.parametrize(
    ("wanted", "given", "ok", "says"),
    [
        (field(), field(unit="°C"), True, ""),
        (field(), field(unit="°F"), True, "100 °F becomes 37.7778 °C"),
        (field(), field(unit="m/s"), False, "m/s cannot become °C"),
        (field(), field(unit="klicks"), False, "not known"),
        (field(), field(unit=None), True, "nothing is converted"),
        (field(), field("string", None), False, "another type"),
        (field("integer", None), field("number", None), True, ""),
        (field("image", None), field("image", None), True, ""),
        (field(), None, True, "Nothing is chosen"),
    ],
)
def test_units_and_types_are_checked(wanted: TypeField, given: TypeField | None, ok: bool, says: str) -> None:
    fit = field_fit(wanted, given)
    assert fit.ok is ok
    assert says in fit.note


def test_what_is_likely_meant_is_suggested_by_words_and_units() -> None:
    found = suggested(needs_of(FLOW, VIRTUAL), VIRTUAL, OURS)
    assert found["types"]["v_oven"] == {"to": "furnace", "fields": {"temperature": "temp_f"}, "devices": None}
    unlike = {"types": [{"id": "door", "topic": "d/{device}", "fields": [{"name": "open", "type": "boolean"}]}]}
    assert suggested(needs_of(FLOW, VIRTUAL), VIRTUAL, load_registry(unlike)[0])["types"] == {}


def test_a_draft_is_made_with_its_tests_and_the_problems_that_are_left(api: Api, member: Membership) -> None:
    commands.load_things(member.workspace, REAL)
    checked = api("POST", "/api/gallery/oven/mine/check", CHOICE).json()
    assert checked["fits"]["field:v_oven:temperature"] == {
        "ok": True, "note": "Converted: 100 °F becomes 37.7778 °C.", "open": False,
    }  # fmt: skip
    assert checked["fits"]["command:v_lamp:v_set"]["ok"] is True
    assert [one for one in checked["problems"] if one["severity"] == "error"] == []
    assert (checked["tests"], checked["kept"]) == (1, 1)
    made = api("POST", "/api/gallery/oven/mine", {**CHOICE, "title": "Furnaces"})
    assert made.status_code == 201
    flow = Flow.objects.of(member.workspace).get(pk=made.json()["flow"])
    assert (flow.name, flow.deployed, len(flow.document["tests"])) == ("Furnaces", None, 1)
    approve = [one["hash"] for one in api("POST", f"/api/flows/{flow.pk}/deploy", {}).json()["approval"]]
    assert api("POST", f"/api/flows/{flow.pk}/deploy", {"approve": approve}).status_code == 200


def test_what_does_not_fit_is_refused_with_the_reason_and_nothing_is_made(api: Api, member: Membership) -> None:
    commands.load_things(member.workspace, REAL)
    speed = {"v_oven": {"to": "furnace", "fields": {"temperature": "speed"}, "devices": None}}
    pink = {"v_lamp": {"v_set": {"to": "shine", "values": {"color": {"to": "colour", "values": {'"red"': "PINK"}}}}}}
    answer = api("POST", "/api/gallery/oven/mine", {**CHOICE, "types": {**CHOICE["types"], **speed}, "commands": pink})
    assert answer.status_code == 422
    bad = {place: fit["note"] for place, fit in answer.json()["fits"].items() if not fit["ok"]}
    assert bad["field:v_oven:temperature"] == "m/s cannot become °C: they measure different things."
    assert bad["command:v_lamp:v_set"] == "It does not take colour = PINK."
    assert not Flow.objects.of(member.workspace).exists()


def test_what_is_left_virtual_is_a_problem_of_the_draft_where_it_is_not_here(api: Api, member: Membership) -> None:
    commands.load_things(member.workspace, REAL)
    only = {"types": {"v_oven": CHOICE["types"]["v_oven"]}}
    checked = api("POST", "/api/gallery/oven/mine/check", only).json()
    codes = {one["code"] for one in checked["problems"] if one["severity"] == "error"}
    assert codes >= {"unknown_device", "unknown_destination"}, checked["problems"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_holds_what_there_is_to_choose(api: Api, member: Membership, lang: str) -> None:
    api("PUT", "/api/me", {"lang": lang})
    commands.load_things(member.workspace, REAL)
    text = api("GET", "/gallery/oven/mine/").content.decode()
    assert '"furnace"' in text
    assert ("自社用にする" if lang == "ja" else "Make it mine") in text


def test_a_part_of_one_is_shown_as_one_and_not_with_a_unit_that_nobody_reads() -> None:
    assert field_fit(field(unit="%"), field(unit="1")).note == "Converted: 0.5 becomes 50 %."
    assert field_fit(field(unit="1"), field(unit="%")).note == "Converted: 100 % becomes 1."


def test_one_reading_is_not_suggested_for_two_things() -> None:
    power = {"name": "power", "type": "number", "unit": "kW"}
    meter = {
        "id": "meter",
        "topic": "m/{device}",
        "fields": [power, {"name": "demand", "type": "number", "unit": "kW"}],
    }
    known = load_registry({"types": [meter], "devices": []})[0]
    flow = {"suiro": 1, "name": "x", "nodes": [
        {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
        {"id": "keep", "kind": "store", "from": ["meter"], "params": {"fields": ["power", "demand"]}},
    ]}  # fmt: skip
    ours = load_registry({"types": [{**meter, "id": "ours", "fields": [power]}], "devices": []})[0]
    assert suggested(needs_of(flow, known), known, ours)["types"]["meter"]["fields"] == {"power": "power"}
