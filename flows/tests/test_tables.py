"""Tables in the product: uploaded, looked at before, replaced, taken along, kept by flows that were deployed with them."""

import asyncio
import json
from html import unescape
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from document.envelope import MAX_BYTES
from document.problems import CODES
from document.tables import MOST_TABLES
from flows import commands, downlink
from flows.commands import contents
from flows.consumers import WorkerSocket
from flows.filing import file_text
from flows.models import Membership, Table, TableContent
from flows.registered import registry_json
from flows.tests.conftest import THINGS, Api, document
from flows.tests.test_deploying import deployed
from flows.tests.test_registry import upload as import_file
from runtime.control import LARGEST as LARGEST_FRAME

PARTS = "品番,上限温度(℃),客先\r\nA-100,80,青葉工業\r\nA-200,95.5,\r\n"
EVIL = '<script>alert("x")</script>'


def send(api: Api, path: str, text: str | bytes, name: str = "parts.csv", ref: str = "", **wish: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    form = {"file": SimpleUploadedFile(name, data), "wish": json.dumps(wish), **({"ref": ref} if ref else {})}
    return api.client.post(path, form, headers={"X-CSRFToken": api.csrf})


def kept(api: Api, text: str = PARTS, id: str = "parts", **wish: Any) -> dict[str, Any]:
    answer = send(api, "/api/tables", text, id=id, **wish)
    assert answer.status_code == 201, answer.content.decode()
    return dict(answer.json())


def looking_up(table: str = "parts", **more: Any) -> dict[str, Any]:
    """The usual flow, which looks the limit up by the device's temperature class."""
    nodes = document()["nodes"]
    look = {"id": "known", "kind": "lookup", "from": ["kiln"], "params": {"table": table, "field": "product"}}
    hot = {"id": "hot", "kind": "condition", "from": ["known"], "params": {"expr": "temperature > 上限温度"}}
    tell = {"id": "tell", "kind": "notify", "from": ["hot.true"], "params": {"to": "shift", "text": "{客先}"}}
    return document(nodes=[nodes[0], look, hot, tell], settings={}, **more)


@pytest.fixture
def products(member: Membership) -> None:
    """Kilns say which product is in them."""
    kiln = json.loads(json.dumps(THINGS["types"][0]))
    kiln["fields"].append({"name": "product", "type": "string"})
    commands.load_things(member.workspace, {"types": [kiln]})


def message(member: Membership, flow: Any) -> dict[str, Any]:
    found = downlink.deploy_message(commands.flow_of(member, flow["id"]))
    assert found is not None
    return found


# --- a file becomes a table ------------------------------------------------------------------------------------------


def test_a_file_is_looked_at_before_anything_is_kept(api: Api, member: Membership) -> None:
    answer = send(api, "/api/table-preview", PARTS.encode("cp932"), "品番表.csv").json()
    assert (answer["id"], answer["label"], answer["encoding"], answer["count"]) == (
        "品番表",
        {"ja": "品番表"},
        "cp932",
        2,
    )
    assert [(c["name"], c["type"], c["unit"], c["samples"]) for c in answer["columns"]] == [
        ("品番", "string", None, ["A-100", "A-200"]), ("上限温度", "number", "°C", ["80", "95.5"]),
        ("客先", "string", None, ["青葉工業"]),
    ]  # fmt: skip
    assert not Table.objects.of(member.workspace).exists()


def test_a_table_is_kept_as_it_was_looked_at_and_is_part_of_the_registry(api: Api, member: Membership) -> None:
    columns = send(api, "/api/table-preview", PARTS).json()["columns"]
    columns[1]["name"], columns[2]["take"] = "limit", False
    made = kept(api, label={"ja": "品番表", "en": "parts"}, also=["マスタ"], columns=columns, key=0)
    assert (made["shown"], made["count"], made["key"], made["flows"]) == ("parts", 2, "品番", [])
    (table,) = registry_json(member.workspace, rows=True)["tables"]
    assert table == {
        "id": "parts", "label": {"ja": "品番表", "en": "parts"}, "also": ["マスタ"], "key": "品番",
        "columns": [{"name": "品番", "type": "string", "label": {"ja": "品番"}},
                    {"name": "limit", "type": "number", "unit": "°C", "label": {"ja": "上限温度"}}],
        "rows": [["A-100", 80], ["A-200", 95.5]],
    }  # fmt: skip
    assert "rows" not in api("GET", "/api/registry").json()["tables"][0]
    assert api("GET", "/api/tables/parts?q=a-200").json()["rows"] == [["A-200", 95.5]]


def test_problems_are_told_in_the_persons_language_and_nothing_is_kept(api: Api, member: Membership) -> None:
    api("PUT", "/api/me", {"lang": "ja"})
    text = PARTS + "A-100,高め,\r\n"
    (first, second) = send(api, "/api/table-preview", text).json()["faults"]
    assert (first["row"], first["column"], first["text"]) == (4, "品番", "キー「A-100」は 2 行目にもあります")
    assert (second["row"], second["place"], second["text"]) == (4, 1, "「高め」は数値ではありません")
    refused = send(api, "/api/tables", text, id="parts")
    assert (refused.status_code, refused.json()["preview"]["fault_count"]) == (422, 2)
    assert not TableContent.objects.of(member.workspace).exists()


@pytest.mark.parametrize(
    ("text", "wish", "status", "code"),
    [
        (b"PK\x03\x04", {"id": "a"}, 422, "unreadable"),
        (b"", {"id": "a"}, 422, "unreadable"),
        (b"x" * (5 * 1024 * 1024 + 1), {"id": "a"}, 422, "unreadable"),
        (b"a,b\n1,2\n", {"id": "no id"}, 422, "not_sound"),
        (b"a,b\n1,2\n", {"id": ""}, 422, "not_sound"),
        (b"a,b\n1,2\n", {"id": "x", "label": {"en": "\x00"}}, 422, "not_sound"),
        (b"a,b\n1,2\n", {"id": "parts"}, 409, "taken"),
        (b"a,b\n1,2\n", {"id": "x", "separator": "ab"}, 422, "bad_wish"),
        (b"a,b\n1,2\n", {"id": "x", "columns": [{"place": 0, "type": "image"}]}, 422, "bad_wish"),
        (b"a,b\n1,2\n", {"id": "x", "key": "a"}, 422, "bad_wish"),
    ],
    ids=range(10),
)
def test_what_cannot_be_kept_is_refused(api: Api, text: bytes, wish: Any, status: int, code: str) -> None:
    kept(api)
    answer = send(api, "/api/tables", text, **wish)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content.decode()
    assert [one["id"] for one in api("GET", "/api/tables").json()] == ["parts"]


@pytest.mark.parametrize("wish", ["", "[]", "null", "{", '{"label": 5}', "[" * 5_000])
def test_a_wish_that_is_none_is_refused(api: Api, wish: str) -> None:
    form = {"file": SimpleUploadedFile("a.csv", b"a\n1\n"), "wish": wish}
    assert api.client.post("/api/tables", form, headers={"X-CSRFToken": api.csrf}).status_code in (400, 422)


def test_there_are_at_most_so_many_tables_and_bytes(
    api: Api, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(api)
    monkeypatch.setattr(contents, "MOST_TABLES", 1)
    assert send(api, "/api/tables", PARTS, id="b").json()["code"] == "too_long"
    monkeypatch.setattr(contents, "MOST_TABLES", MOST_TABLES)
    monkeypatch.setattr(contents, "MOST_BYTES", 200)
    long = "n,x\n" + "\n".join(f"{n},text" for n in range(100))
    refused = send(api, "/api/tables", long, id="b")
    assert (refused.status_code, refused.json()["code"]) == (422, "too_large")
    assert send(api, "/api/tables/parts/rows", long).status_code == 422
    with pytest.raises(commands.RefusedEntries) as why:
        commands.load_things(
            member.workspace,
            {"tables": [{"id": "b", "key": "n", "columns": [{"name": "n"}], "rows": [[str(n)] for n in range(100)]}]},
        )
    assert why.value.problems[0]["code"] in CODES
    assert TableContent.objects.of(member.workspace).count() == 1


# --- and is replaced, renamed, taken along, forgotten ------------------------------------------------------------------


def test_replacing_shows_what_changes_and_refuses_what_somebody_else_changed(api: Api, member: Membership) -> None:
    kept(api)
    text = "品番,上限温度 (°C),客先\nA-100,81,青葉工業\nB-1,60,\n"
    seen = send(api, "/api/table-preview", text, ref="parts").json()
    found = seen["changes"]
    assert [found[what] for what in ("added", "changed", "removed", "same", "any")] == [1, 1, 1, 0, True]
    base = {"base": seen["base"]}
    assert send(api, "/api/tables/parts/rows", text, **base).json()["count"] == 2
    late = send(api, "/api/tables/parts/rows", PARTS, **base)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    again = send(api, "/api/table-preview", text, ref="parts").json()["changes"]
    assert again["any"] is False
    assert TableContent.objects.of(member.workspace).count() == 1, "nobody needs what it held before"


def test_a_table_is_renamed_without_its_rows_being_touched(api: Api, member: Membership) -> None:
    kept(api)
    before = Table.objects.of(member.workspace).get().content_id
    wish = {"label": {"en": " Products ", "fr": "x"}, "also": [" a ", ""]}
    assert api("PUT", "/api/tables/parts", wish).json()["label"] == {"en": "Products"}
    row = Table.objects.of(member.workspace).get()
    assert (row.also, row.content_id) == (["a"], before)


def test_a_download_is_uploaded_again_as_the_same_table(api: Api) -> None:
    kept(api, "code,上限温度(℃),tel,ok\n0012,80,+81-3,yes\nA-2,1.5,=1+1,no\nA-3,,,\n")
    answer = api("GET", "/api/tables/parts/csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    seen = send(api, "/api/table-preview", answer.content, ref="parts").json()
    assert (seen["fault_count"], seen["changes"]["any"]) == (0, False)


def test_a_registry_file_with_tables_comes_and_goes(
    api: Api, member: Membership, stranger: Membership, api_of: Any
) -> None:
    kept(api, label={"en": 'a "rows": 1'})
    exported = api("GET", "/api/registry/export").content.decode()
    assert '        ["A-100", 80, "青葉工業"],\n' in exported, "a row is a line"
    assert import_file(api_of(stranger), "registry.json", exported).json()["registered"]["tables"] == 1
    assert registry_json(stranger.workspace, rows=True) == registry_json(member.workspace, rows=True)
    wrong = exported.replace('["A-100", 80, ', '["A-100", "hot", ')
    (problem,) = import_file(api, "registry.json", wrong).json()["problems"]
    assert exported.splitlines()[problem["line"] - 1].strip().startswith('["A-100"')
    assert json.loads(file_text(registry_json(member.workspace), registry_json(member.workspace)))["tables"]


@pytest.mark.parametrize("id", ["preview", "csv", "品番表", "a%2Fb", "a?b", "x.csv", "&<>"])
def test_every_id_that_may_be_registered_can_be_reached(api: Api, id: str) -> None:
    kept(api, id=id)
    path = f"/api/tables/{quote(id, safe='')}"
    assert api("GET", path).json()["id"] == id
    assert api("GET", f"{path}/csv").status_code == 200
    assert f'href="{path}/csv"' in unescape(api("GET", "/tables/").content.decode())
    assert api("DELETE", path).status_code == 204


def test_nothing_of_another_workspaces_tables_can_be_had(api: Api, stranger: Membership, api_of: Any) -> None:
    kept(api_of(stranger), id="theirs")
    for path in ("/api/tables/theirs", "/api/tables/theirs/csv"):
        assert api("GET", path).status_code == 404
    assert api("DELETE", "/api/tables/theirs").status_code == 404
    assert send(api, "/api/tables/theirs/rows", PARTS).status_code == 404
    assert send(api, "/api/table-preview", PARTS, ref="theirs").status_code == 404
    assert send(api, "/api/table-preview", PARTS, "theirs.csv").json()["id"] == "theirs", "their ids are no secret here"
    kept(api, id="theirs")
    assert api("DELETE", "/api/tables/theirs").status_code == 204
    assert Table.objects.of(stranger.workspace).count() == 1


def test_what_strangers_wrote_in_a_file_is_text_on_the_page(api: Api) -> None:
    kept(api, f'code,"{EVIL.replace(chr(34), chr(34) * 2)}"\nA,1\n', label={"en": EVIL})
    text = api("GET", "/tables/").content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_example_is_a_file_that_can_be_uploaded(api: Api, lang: str) -> None:
    api("PUT", "/api/me", {"lang": lang})
    assert "/tables/example.csv" in api("GET", "/tables/").content.decode()
    example = api("GET", "/tables/example.csv")
    seen = send(api, "/api/table-preview", example.content, "products.csv").json()
    assert (seen["fault_count"], seen["count"], seen["columns"][1]["unit"]) == (0, 3, "°C")


# --- flows that name it ------------------------------------------------------------------------------------------------


def test_a_worker_gets_exactly_the_tables_that_a_flow_names(api: Api, member: Membership, products: None) -> None:
    kept(api)
    kept(api, id="others")
    flow = api("POST", "/api/flows", {"document": looking_up()}).json()
    assert not flow["problems"]
    deployed(api, flow)
    (table,) = message(member, flow)["registry"]["tables"]
    assert (table["id"], table["key"]) == ("parts", "品番")
    assert table["rows"] == [["A-100", 80, "青葉工業"], ["A-200", 95.5, None]]
    assert "tables" not in downlink.watch_message(member.workspace)["registry"]
    exported = api("GET", f"/api/flows/{flow['id']}/export?registry=1").json()["registry"]
    assert [(one["id"], len(one["rows"])) for one in exported["tables"]] == [("parts", 2)]


def test_all_tables_of_a_workspace_fit_into_one_frame_of_a_worker() -> None:
    rows = [["品番" * 200, 1.5, None, True, 'a"b'] for _ in range(1_000)]
    frame = asyncio.run(WorkerSocket.encode_json(rows)).encode()
    assert len(frame) == len(msgspec.json.encode(rows)), "as bytes are counted when a table is kept"
    assert contents.MOST_BYTES + 2 * MAX_BYTES < LARGEST_FRAME


def test_a_deployed_flow_keeps_its_rows_until_it_is_deployed_again(
    api: Api, member: Membership, products: None
) -> None:
    kept(api)
    flow = api("POST", "/api/flows", {"document": looking_up()}).json()
    deployed(api, flow)
    text = "品番,上限温度,客先\nA-100,60,\n"
    (use,) = send(api, "/api/table-preview", text, ref="parts").json()["changes"]["flows"]
    assert (use["id"], use["deployed"], use["problems"]) == (flow["id"], True, [])
    before = message(member, flow)
    (use,) = send(api, "/api/tables/parts/rows", text).json()["flows"]
    assert use["older"] is True
    assert message(member, flow) == before, "also when its worker dials in again"
    assert flow["name"] in api("GET", "/tables/").content.decode().partition('id="older"')[2]
    deployed(api, flow)
    assert message(member, flow)["registry"]["tables"][0]["rows"] == [["A-100", 60, None]]
    assert api("GET", "/api/tables").json()[0]["flows"][0]["older"] is False
    assert TableContent.objects.of(member.workspace).count() == 1
    send(api, "/api/tables/parts/rows", PARTS)
    send(api, "/api/tables/parts/rows", text)
    assert api("GET", "/api/tables").json()[0]["flows"][0]["older"] is False, "it holds the same again"


def test_columns_that_a_flow_needs_are_missed_before_they_are_gone(api: Api, products: None) -> None:
    kept(api)
    flow = api("POST", "/api/flows", {"document": looking_up()}).json()
    found = send(api, "/api/table-preview", "品番,客先\nA-100,x\n", ref="parts").json()["changes"]
    assert found["gone_columns"] == ["上限温度"]
    (use,) = found["flows"]
    assert (use["id"], use["deployed"]) == (flow["id"], False)
    assert "上限温度" in use["problems"][0]


def test_a_flow_goes_on_with_a_table_that_was_forgotten_but_is_not_deployed_again(
    api: Api, member: Membership, products: None
) -> None:
    kept(api)
    settings = {"limit": {"value": 5, "label": "Limit", "assumed": False}}
    given = looking_up()
    given["settings"] = settings
    given["nodes"][2]["params"]["expr"] = "temperature > 上限温度 + settings.limit"
    flow = api("POST", "/api/flows", {"document": given}).json()
    deployed(api, flow)
    assert api("DELETE", "/api/tables/parts").status_code == 204
    assert message(member, flow)["registry"]["tables"][0]["id"] == "parts"
    assert api("PUT", f"/api/flows/{flow['id']}/settings", {"values": {"limit": 6}}).status_code == 202
    refused = api("POST", f"/api/flows/{flow['id']}/deploy", {})
    assert [p["code"] for p in refused.json()["problems"]] == ["unknown_table"]
    api("POST", f"/api/flows/{flow['id']}/stop")
    assert api("DELETE", "/api/tables/parts").status_code == 404


def test_a_setting_that_names_another_table_brings_it_along(api: Api, member: Membership, products: None) -> None:
    kept(api)
    kept(api, id="others")
    given = looking_up("$list")
    given["settings"] = {"list": {"value": "parts", "label": "List", "assumed": False}}
    flow = api("POST", "/api/flows", {"document": given}).json()
    deployed(api, flow)
    assert [one["id"] for one in message(member, flow)["registry"]["tables"]] == ["parts"]
    assert api("PUT", f"/api/flows/{flow['id']}/settings", {"values": {"list": "others"}}).status_code == 202
    assert [one["id"] for one in message(member, flow)["registry"]["tables"]] == ["others"]


def test_a_flow_from_elsewhere_brings_its_table_or_takes_one_of_here(api: Api, products: None) -> None:
    kept(api, id="here", label={"ja": "品番表"})
    table = {"id": "parts", "label": {"ja": "品番表"}, "key": "品番",
             "columns": [{"name": "品番"}, {"name": "上限温度", "type": "number"}, {"name": "客先"}], "rows": [["A", 1, "x"]]}  # fmt: skip
    file = json.dumps({"document": looking_up(), "registry": {"tables": [table]}})
    made = api("POST", "/api/flows/import", {"document": file}).json()
    (one,) = made["unknown"]
    assert (one["section"], one["id"], one["nearest"], one["in_file"]) == ("tables", "parts", "here", True)
    mapped = api("PUT", f"/api/flows/{made['id']}/ids", {"mapping": {"tables": {"parts": "here"}}}).json()
    assert (mapped["document"]["nodes"][1]["params"]["table"], mapped["problems"]) == ("here", [])
    made = api("POST", "/api/flows/import", {"document": file}).json()
    wish = {"registry": {"tables": [table]}, "add": {"tables": ["parts"]}}
    assert api("PUT", f"/api/flows/{made['id']}/ids", wish).json()["problems"] == []
    assert {one["id"]: one["count"] for one in api("GET", "/api/tables").json()} == {"here": 2, "parts": 1}


def test_a_flow_with_a_large_table_is_imported(api: Api, products: None) -> None:
    rows = [[f"A-{n}", n, "x" * 150] for n in range(9_000)]
    table = {
        "id": "parts",
        "key": "品番",
        "columns": [{"name": "品番"}, {"name": "上限温度", "type": "number"}, {"name": "客先"}],
        "rows": rows,
    }
    file = json.dumps({"document": looking_up(), "registry": {"tables": [table]}})
    assert len(file) > 1_048_576
    assert api("POST", "/api/flows/import", {"document": file, "add": True}).json()["problems"] == []
    assert api("GET", "/api/tables/parts?limit=1").json()["found"] == 9_000
