"""Registered things: from files, with the place of every mistake, and from what is heard on the broker."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from flows.discovery import suggestions
from flows.models import Membership
from flows.registered import registry_json
from flows.tests.conftest import Api

NOTHING: dict[str, Any] = {"types": [], "devices": []}


def upload(api: Api, name: str, content: str | bytes) -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data)
    return api.client.post("/api/registry/import", {"file": file}, headers={"X-CSRFToken": api.csrf})


def test_a_csv_of_devices_is_registered_with_further_columns_as_attributes(api: Api, member: Membership) -> None:
    answer = upload(api, "d.csv", "id,type,label_ja,label_en,hall,floor\nkiln-4,kiln,4号炉,Kiln 4,B,2\n")
    assert answer.json() == {"registered": {"devices": 1}}
    device = next(d for d in registry_json(member.workspace)["devices"] if d["id"] == "kiln-4")
    assert device == {
        "id": "kiln-4", "type": "kiln", "label": {"ja": "4号炉", "en": "Kiln 4"}, "attributes": {"hall": "B", "floor": 2},
    }  # fmt: skip


def test_a_csv_as_a_japanese_spreadsheet_writes_it_is_read(api: Api, member: Membership) -> None:
    answer = upload(api, "d.csv", "id,type,label_ja\nkiln-5,kiln,５号炉\n".encode("cp932"))
    assert answer.status_code == 200
    assert upload(api, "d.csv", b"\xef\xbb\xbfid,type\nkiln-6,kiln\n").status_code == 200


def test_a_csv_of_fields_makes_types(api: Api, member: Membership) -> None:
    text = (
        "type,topic,field,path,field_type,unit,label_ja,time_path,time_format\n"
        "pump,farm/{device}/data,flow,f.l,number,L/min,流量,ts,ms\npump,,on,,boolean,,運転,,\n"
    )
    assert upload(api, "t.csv", text).json() == {"registered": {"types": 1}}
    pump = next(t for t in registry_json(member.workspace)["types"] if t["id"] == "pump")
    assert pump["topic"] == "farm/{device}/data"
    assert pump["time"] == {"path": "ts", "format": "ms"}
    assert [(f["name"], f.get("type", "number"), f.get("unit")) for f in pump["fields"]] == [
        ("flow", "number", "L/min"), ("on", "boolean", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("d.csv", "id,type\nkiln-4,kiln\nbad id,kiln\n", 3, 1),
        ("d.csv", "id,type\nkiln-4,kiln\nx1,submarine\n", 3, 2),
        ("d.csv", "name,type\nx,kiln\n", 1, 1),
        (
            "r.json",
            '{"devices": [\n  {"id": "a-1", "type": "kiln"},\n  {"id": "a-2",\n   "type": "submarine"}]}',
            4,
            12,
        ),
        ("r.json", '{"devices": [\n  {"id": }]}', 2, 10),
    ],
)
def test_a_mistake_in_a_file_is_named_with_line_and_column_and_nothing_is_kept(
    api: Api, member: Membership, name: str, text: str, line: int, column: int
) -> None:
    before = registry_json(member.workspace)
    answer = upload(api, name, text)
    assert answer.status_code == 422
    problem = answer.json()["problems"][0]
    assert (problem["line"], problem["column"]) == (line, column), problem
    assert registry_json(member.workspace) == before


def test_an_export_imports_as_the_same_registry(
    api: Api, member: Membership, stranger: Membership, api_of: Any
) -> None:
    text = api("GET", "/api/registry/export").content
    assert upload(api_of(stranger), "registry.json", text).status_code == 200
    assert registry_json(stranger.workspace) == registry_json(member.workspace)


def test_forgetting_a_type_forgets_its_devices(api: Api, member: Membership) -> None:
    assert api("DELETE", "/api/registry/types/kiln").status_code == 204
    assert [d["id"] for d in registry_json(member.workspace)["devices"]] == ["tower-1"]
    assert api("DELETE", "/api/registry/devices/nobody").status_code == 404


# --- discovery -----------------------------------------------------------------------------------------------------


def heard(*rows: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"topic": topic, "count": 1, "payload": payload, "retained": False} for topic, payload in rows]


def test_a_family_of_topics_is_one_type_with_units_and_time() -> None:
    payload = (
        '{"ts": 1795414519140, "temp_c": %s, "t": {"hum": {"value": 40, "unit": "%%"}}, "on": true, "mode": "auto"}'
    )
    (found,) = suggestions(heard(*((f"farm/pump-{n}/data", payload % n) for n in (1, 2, 3))), NOTHING, "en")
    kind = found["type"]
    assert (kind["id"], kind["topic"]) == ("pump", "farm/{device}/data")
    assert kind["time"] == {"path": "ts", "format": "ms"}
    fields = {f["name"]: (f["type"], f.get("unit"), f.get("path")) for f in kind["fields"]}
    assert fields == {
        "temp": ("number", "°C", "temp_c"),
        "hum": ("number", "%", "t.hum.value"),
        "on": ("boolean", None, None),
        "mode": ("string", None, None),
    }
    assert [d["id"] for d in found["devices"]] == ["pump-1", "pump-2", "pump-3"]
    assert found["values"]["pump-2"]["temp"] == 2


def test_what_is_registered_is_not_suggested_again(member: Membership) -> None:
    known = registry_json(member.workspace)
    rows = heard(("plant/kiln-1/telemetry", {"temperature": 1}), ("plant/kiln-9/telemetry", {"temperature": 1}))
    (found,) = suggestions(rows, known, "en")
    assert [d["id"] for d in found["devices"]] == ["kiln-9"]
    assert found["type"]["id"] != "kiln" or "kiln" not in {t["id"] for t in known["types"]}


def test_a_bare_number_is_a_field_called_value() -> None:
    (found,) = suggestions(heard(("home/room1/temperature", "21.5")), NOTHING, "en")
    assert found["type"]["fields"] == [{"name": "value", "type": "number"}]
    assert found["type"]["topic"] == "home/{device}/temperature"


@pytest.mark.parametrize(
    "payload",
    ["", "not json", "[1,2]", "null", '{"a": ' * 5_000, {"<script>": 1}, {"a": None}, {"": 1}, 1e308, {"ts": "soon"}],
)
def test_no_payload_breaks_the_suggestions(payload: Any) -> None:
    for found in suggestions(heard(("a/b/c", payload), ("$SYS/x", 1), ("x", 1)), NOTHING, "en"):
        assert "<" not in str(found["type"]["fields"])


def test_what_is_suggested_can_be_registered(api: Api, member: Membership) -> None:
    rows = heard(("farm/pump-1/data", {"flow_lpm": 12.5, "pos": {"lat": 35.0, "lon": 139.0}}))
    (found,) = api("POST", "/api/registry/discover", {"topics": rows}).json()["found"]
    answer = api("PUT", "/api/registry", {"types": [found["type"]], "devices": found["devices"]})
    assert answer.json() == {"registered": {"types": 1, "devices": 1}}
    assert api("POST", "/api/registry/discover", {"topics": rows}).json()["found"] == []
