"""Local models: what is uploaded is looked at, kept in versions, measured, rolled out to some or all, rolled back."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from onnx import ModelProto

from config import bounds
from flows import commands
from flows.commands import trained
from flows.downlink import models_message
from flows.models import Flow, Membership, ModelFile, ModelProfile, TrainedModel, Worker
from flows.registered import registry_of
from flows.tests.conftest import THINGS, Api
from flows.trained.upload import LARGEST
from runtime.inference.model_file import BadModel
from tests import onnx_models

EVIL = '<script>alert("x")</script>'


def data_of(model: ModelProto | bytes) -> bytes:
    return model if isinstance(model, bytes) else model.SerializeToString()


def send(api: Api, path: str, model: ModelProto | bytes, **wish: Any) -> Any:
    form = {"file": SimpleUploadedFile("../../model.onnx", data_of(model)), "wish": json.dumps(wish)}
    return api.client.post(f"/api/local-models{path}", form, headers={"X-CSRFToken": api.csrf})


def added(api: Api, model: ModelProto | bytes | None = None, **wish: Any) -> dict[str, Any]:
    model = onnx_models.weighted([1.0, 2.0]) if model is None else model
    answer = send(api, "", model, **{"id": "wear", "label": {"en": "Wear", "ja": "摩耗"}, **wish})
    assert answer.status_code == 201, answer.content.decode()
    return dict(answer.json())


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "."), data)
    return out.getvalue()


def document(**params: Any) -> dict[str, Any]:
    asked = {
        "model": "wear",
        "inputs": [{"input": "x1", "field": "temperature"}, {"input": "x2", "field": "temperature"}],
        "results": [{"name": "worn"}],
        **params,
    }
    asked = {name: value for name, value in asked.items() if value is not None}
    return {
        "suiro": 1,
        "name": "Wear",
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "judge", "kind": "score", "from": ["kiln"], "params": asked},
            {"id": "keep", "kind": "store", "from": ["judge"], "params": {"fields": ["worn"]}},
        ],
    }


def deployed(member: Membership, **params: Any) -> Flow:
    commands.load_things(member.workspace, THINGS)
    Worker.objects.add(member.workspace, name="w", token_hash="1" * 64)
    flow = commands.new_flow(member, document=document(**params))
    commands.deploy_flow(member, flow.id)
    flow.refresh_from_db()
    return flow


# --- upload ---------------------------------------------------------------------------------------------------------


def test_a_model_is_described_by_its_file_and_its_first_version_answers(api: Api) -> None:
    model = added(api, onnx_models.like_scikit_learn(), note="from the notebook")
    assert (model["task"], model["labels"], model["inputs"]) == ("classify", ["good", "worn"], ["x1", "x2"])
    (version,) = model["versions"]
    assert (version["number"], version["note"], model["current"]) == (1, "from the notebook", 1)
    assert version["facts"]["opset"] == 17
    (entry,) = [one for one in api("GET", "/api/registry").json()["models"] if one["id"] == "wear"]
    assert (entry["task"], entry["labels"], entry["inputs"]) == ("classify", ["good", "worn"], ["x1", "x2"])


def test_what_a_file_is_likely_for_is_proposed_and_nothing_is_kept(api: Api) -> None:
    found = send(api, "/preview", onnx_models.brightness()).json()
    assert (found["about"]["task"], found["about"]["picture"]["width"], found["about"]["picture"]["height"]) == (
        "classify",
        32,
        24,
    )
    assert found["facts"]["inputs"][0] == {"name": "x", "shape": [1, 3, 24, 32], "type": "tensor(float)"}
    detector = (Path(__file__).parents[2] / "gallery/models/synthetic-v1/model.onnx").read_bytes()
    assert send(api, "/preview", detector).json()["about"]["task"] == "detect"
    assert api("GET", "/api/local-models").json() == []


def test_an_archive_brings_its_description(api: Api) -> None:
    about = {
        "task": "classify",
        "label": {"en": "Light", "ja": "明るさ"},
        "labels": ["dark", "bright"],
        "picture": {"width": 32, "height": 24},
    }
    packed = archive(
        **{"light/model__onnx": data_of(onnx_models.brightness()), "light/model__json": json.dumps(about).encode()}
    )
    model = added(api, packed, id="light", label={})
    assert (model["shown"], model["labels"], model["picture"]["width"]) == ("Light", ["dark", "bright"], 32)


BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "pickle": (lambda: onnx_models.PICKLE, "model_pickle"),
    "archive of pickles": (lambda: archive(**{"archive/data__pkl": onnx_models.PICKLE}), "model_pickle"),
    "other archive": (lambda: archive(readme__txt=b"hello"), "model_junk"),
    "broken archive": (lambda: archive(readme__txt=b"hello")[:40], "model_junk"),
    "deep description": (lambda: archive(model__onnx=b"x", model__json=b"[" * 100_000), "model_description"),
    "bomb": (lambda: archive(model__onnx=b"\0" * (LARGEST + 1), model__json=b"{}"), "model_too_large"),
    "new opset": (lambda: onnx_models.weighted([1.0], opset=99), "model_opset"),
    "old opset": (lambda: onnx_models.weighted([1.0], opset=5), "model_opset"),
    "weights elsewhere": (onnx_models.with_weights_elsewhere, "model_external"),
    "weights elsewhere inside": (lambda: onnx_models.with_weights_elsewhere(nested=True), "model_external"),
    "own operator": (onnx_models.with_own_operator, "model_operators"),
    "cut off": (lambda: onnx_models.weighted([1.0]).SerializeToString()[:-9], "model_junk"),
    "nothing": (lambda: b"", "model_junk"),
    "a page": (lambda: b"<html>", "model_junk"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_run_is_refused_with_its_reason_and_nothing_is_kept(api: Api, name: str) -> None:
    made, code = BAD[name]
    data = made()
    answer = send(api, "", data, id="wear")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["message"]
    assert api("GET", "/api/local-models").json() == []


def test_a_file_that_is_too_large_is_not_read_and_the_door_lets_the_largest_in(member: Membership) -> None:
    assert bounds.most_for("/api/local-models/wear/versions") > LARGEST > bounds.most_for("/api/plans")
    assert bounds.most_for("/api/local-modelsx") == bounds.LARGEST
    with pytest.raises(BadModel, match="larger than 64 MiB"):
        commands.add_model(member, b"x" * (LARGEST + 1), commands.ModelWish(id="big"))


@pytest.mark.parametrize(
    "about",
    [
        {"task": "score", "inputs": ["a", "b", "c"]}, {"task": "score", "inputs": ["a", "a"]}, {"task": "classify", "inputs": ["a", "b"]},
        {"task": "detect", "inputs": ["a", "b"], "labels": ["x"]}, {"task": "score", "picture": {"width": 32, "height": 24}},
        {"task": "score", "inputs": ["a", "b"], "path": "/etc/passwd"}, {"task": "paint", "inputs": ["a", "b"]},
    ],
)  # fmt: skip
def test_a_description_that_does_not_go_with_its_file_is_refused(api: Api, about: dict[str, Any]) -> None:
    answer = send(api, "", onnx_models.weighted([1.0, 2.0]), id="wear", about={"labels": [], **about})
    assert answer.status_code == 422
    assert answer.json()["code"] in ("model_shape", "model_description")


@pytest.mark.parametrize("id", ["", "a b", "../x", "x" * 65, "モデル", "a/b"])
def test_an_id_is_one_that_flows_can_name(api: Api, id: str) -> None:
    assert send(api, "", onnx_models.weighted([1.0]), id=id).json()["code"] == "bad_id"


def test_an_id_belongs_to_one_model_and_one_without_a_file_gives_its_place(api: Api, member: Membership) -> None:
    ModelProfile.objects.add(member.workspace, ref="talk", task="chat")
    ModelProfile.objects.add(member.workspace, ref="wear", task="score")
    assert send(api, "", onnx_models.weighted([1.0]), id="talk").json()["code"] == "taken"
    added(api)
    assert send(api, "", onnx_models.weighted([1.0]), id="wear").json()["code"] == "taken"
    commands.load_things(member.workspace, {"models": [{"id": "wear", "task": "score"}]})
    assert [model.id for model in registry_of(member.workspace).models.values()] == ["talk", "wear"]


def test_hostile_names_are_texts_on_the_pages(api: Api) -> None:
    added(api, label={"en": EVIL}, note=EVIL)
    for path in ("/local-models/", "/local-models/wear/"):
        page = api.client.get(path).content.decode()
        assert EVIL not in page
        assert "&lt;script&gt;" in page or "\\u003Cscript" in page


# --- versions and rollout -------------------------------------------------------------------------------------------


def test_another_file_is_a_version_that_answers_nobody_until_it_is_rolled_out(api: Api) -> None:
    added(api)
    again = send(api, "/wear/versions", onnx_models.weighted([1.0, 2.0]))
    assert (again.status_code, again.json()["code"]) == (409, "same_file")
    version = send(api, "/wear/versions", onnx_models.weighted([3.0, 2.0]), note="more weight").json()
    assert (version["number"], version["about"]["inputs"]) == (2, ["x1", "x2"])
    assert api("GET", "/api/local-models/wear").json()["current"] == 1
    other = send(
        api,
        "/wear/versions",
        onnx_models.like_scikit_learn(),
        about={"task": "classify", "labels": ["a", "b"], "inputs": ["a", "b"]},
    )
    assert other.json()["code"] == "wrong_task"


def test_a_version_is_tried_by_some_made_current_and_gone_back_from_and_people_are_written_down(
    api: Api, member: Membership
) -> None:
    added(api)
    flow = deployed(member)
    send(api, "/wear/versions", onnx_models.weighted([3.0, 2.0]))
    assert (
        api("POST", "/api/local-models/wear/rollout", {"version": 2, "devices": ["gone"]}).json()["code"]
        == "nothing_chosen"
    )
    tried = api(
        "POST", "/api/local-models/wear/rollout", {"version": 2, "devices": ["kiln-1", "gone"], "percent": 10}
    ).json()
    assert (tried["current"], tried["trial"], tried["devices"], tried["percent"]) == (1, 2, ["kiln-1"], 10)
    (sent,) = models_message(member.workspace, [flow])["models"]
    assert (sent["current"]["version"], sent["trial"]["version"], sent["devices"]) == ("1", "2", ["kiln-1"])
    rolled = api("POST", "/api/local-models/wear/rollout", {"version": 2}).json()
    assert (rolled["current"], rolled["trial"], rolled["spare"]) == (2, None, 1)
    back = api("POST", "/api/local-models/wear/back").json()
    assert (back["current"], back["spare"]) == (1, 2)
    assert [(one["what"], one["number"]) for one in back["changes"]] == [
        ("back", 1), ("current", 2), ("tried", 2), ("added", 2), ("added", 1),
    ]  # fmt: skip
    assert {one["by"] for one in back["changes"]} == {member.user.first_name or member.user.username}
    assert api("DELETE", "/api/local-models/wear/trial").json()["code"] == "nothing_before"


def test_a_version_that_deployed_flows_could_not_ask_is_not_rolled_out(api: Api, member: Membership) -> None:
    added(api)
    deployed(member)
    send(
        api,
        "/wear/versions",
        onnx_models.weighted([3.0, 2.0, 1.0]),
        about={"task": "score", "inputs": ["x1", "x2", "x3"]},
    )
    for wish in ({"version": 2}, {"version": 2, "percent": 5}):
        answer = api("POST", "/api/local-models/wear/rollout", wish)
        assert (answer.status_code, answer.json()["code"]) == (409, "does_not_fit")
        (misfit,) = answer.json()["flows"]
        assert misfit["flow"] == "Wear"
        assert "x3" in misfit["problems"][0]
    assert api("GET", "/api/local-models/wear").json()["current"] == 1


def test_a_model_that_a_deployed_flow_asks_stays_and_one_that_nobody_asks_goes_with_its_files(
    api: Api, member: Membership
) -> None:
    added(api)
    flow = deployed(member)
    send(api, "/wear/versions", onnx_models.weighted([3.0, 2.0]))
    answer = api("DELETE", "/api/local-models/wear")
    assert (answer.status_code, answer.json()["code"]) == (409, "still_used")
    assert "Wear" in answer.json()["message"]
    assert api("DELETE", "/api/local-models/wear/versions/1").status_code == 409
    assert api("DELETE", "/api/local-models/wear/versions/2").status_code == 204
    assert ModelFile.objects.of(member.workspace).count() == 1
    commands.stop_flow(member, flow.id)
    assert api("DELETE", "/api/local-models/wear").status_code == 204
    assert not ModelFile.objects.of(member.workspace).exists()
    assert not registry_of(member.workspace).models


def test_only_models_that_deployed_flows_ask_are_sent_also_where_a_node_names_none(
    api: Api, member: Membership
) -> None:
    added(api)
    added(api, onnx_models.weighted([5.0]), id="other")
    flow = deployed(member, model=None)
    assert [one["id"] for one in models_message(member.workspace, [flow])["models"]] == ["wear"]
    assert models_message(member.workspace, [])["models"] == []


def test_a_workspace_has_bounded_room(member: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained, "MOST_BYTES", 300)
    wish = commands.ModelWish(id="one")
    commands.add_model(member, data_of(onnx_models.weighted([1.0])), wish)
    with pytest.raises(commands.ModelsFull):
        commands.add_model(member, data_of(onnx_models.weighted([1.0] * 50)), commands.ModelWish(id="two"))
    assert TrainedModel.objects.of(member.workspace).count() == 1


# --- files for workers ----------------------------------------------------------------------------------------------


def test_a_file_is_served_in_parts_to_workers_of_its_workspace_alone(
    api: Api, member: Membership, stranger: Membership, worker: tuple[Worker, str]
) -> None:
    added(api)
    (file,) = ModelFile.objects.of(member.workspace)
    path = f"/worker/models/{file.sha256}/0"
    mine = worker[1]
    theirs = commands.add_worker(stranger, "w")[1]

    def asked(token: str, where: str = path) -> Any:
        return api.client.get(where, headers={"Authorization": f"Bearer {token}"})

    assert asked(mine).content == data_of(onnx_models.weighted([1.0, 2.0]))
    for token, where in (
        (theirs, path),
        ("", path),
        ("wrong", path),
        (mine, path[:-1] + "1"),
        (mine, f"/worker/models/{'0' * 64}/0"),
    ):
        assert (asked(token, where).status_code, asked(token, where).content) == (404, b"")
    assert api.client.get(path).status_code == 404, "a session is no token"


def test_all_of_this_is_for_members_and_a_viewer_looks(
    api: Api, member: Membership, api_of: Callable[[Membership], Api]
) -> None:
    from flows.rights import VIEWER
    from flows.tests.test_rights import colleague

    added(api)
    viewer = api_of(colleague(member, VIEWER))
    assert viewer("GET", "/api/local-models/wear").status_code == 200
    assert send(viewer, "", onnx_models.weighted([1.0]), id="mine").status_code == 403
    assert viewer("POST", "/api/local-models/wear/rollout", {"version": 1}).status_code == 403
