"""Every address is closed unless listed, and nothing of another workspace can be had through any of them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from flows import commands
from flows.access import OPEN
from flows.models import Job, Membership, Notice, PendingApproval, Worker
from flows.tests.conftest import Api, document
from flows.tests.test_plans import picture as plan_picture
from tests import onnx_models

SOME_ID = "7b1c7b6e-0000-4000-8000-000000000000"
METHODS = ("GET", "POST", "PUT", "DELETE")


def addresses() -> Iterator[tuple[str, str, URLPattern]]:
    """(name, route, pattern) of every address there is."""

    def walk(patterns: list[URLPattern | URLResolver], above: str, space: str) -> Iterator[tuple[str, str, URLPattern]]:
        for one in patterns:
            route = above + str(one.pattern)
            if isinstance(one, URLResolver):
                inner = f"{space}{one.namespace}:" if one.namespace else space
                yield from walk(one.url_patterns, route, inner)
            else:
                yield f"{space}{one.name}", route, one

    yield from walk(get_resolver().url_patterns, "/", "")


NOTHING = {"uuid": SOME_ID, "int": "0"}
"""By the sort of a place, something that does not exist."""


def filled(route: str, values: dict[str, str]) -> str:
    """The route with its places filled by name, else with something that does not exist."""
    route = re.sub(
        r"\(\?P<(\w+)>[^)]*\)|[$^]|\\Z", lambda m: values.get(m.group(1) or "", "x") if m.group(1) else "", route
    )
    return re.sub(
        r"<(?:(\w+):)?(\w+)>",
        lambda m: values.get(m.group(2), NOTHING.get((m.group(1) or "")[:4], "x")),
        route,
    )


CLOSED = sorted({(name, route) for name, route, _ in addresses() if name not in OPEN})


@pytest.mark.parametrize(("name", "route"), CLOSED)
def test_a_stranger_gets_in_nowhere(db: None, name: str, route: str) -> None:
    for method in METHODS:
        answer = Client().generic(method, filled(route, {}), data="{}", content_type="application/json")
        assert answer.status_code in (302, 401, 403, 405), f"{method} {route}"
        if answer.status_code == 302:
            assert answer["Location"].startswith("/signin/")


def test_the_list_of_open_doors_names_only_doors_that_exist() -> None:
    names = {name for name, _, _ in addresses()}
    assert set(OPEN) <= names


@pytest.fixture
def theirs(stranger: Membership) -> dict[str, str]:
    """Ids of things in another workspace, by the name that routes give them."""
    flow = commands.new_flow(stranger, document=document())
    version = commands.deploy_flow(stranger, flow.id, approve=_hashes(stranger, flow.id))
    assert version.number == 1
    job = Job.objects.add(stranger.workspace, kind="compile", flow=flow, deadline=timezone.now())
    notice = Notice.objects.add(
        stranger.workspace, flow=flow, seq=1, to="x", text="secret", node="n", time=timezone.now()
    )
    Worker.objects.add(stranger.workspace, name="w", token_hash="0" * 64)
    commands.load_things(
        stranger.workspace,
        {
            "types": [{"id": "only-theirs"}],
            "devices": [{"id": "d-theirs", "type": "only-theirs"}],
            "tables": [{"id": "d-theirs", "key": "k", "columns": [{"name": "k"}], "rows": [["secret"]]}],
        },
    )
    plan = commands.add_plan(stranger, plan_picture(), "secret")
    model = onnx_models.weighted([1.0]).SerializeToString()
    commands.add_model(stranger, model, commands.ModelWish(id="d-theirs", label={"en": "secret"}))
    held = PendingApproval.objects.add(
        stranger.workspace,
        flow=flow,
        key="k",
        node="n",
        time=timezone.now(),
        expires=timezone.now() + timedelta(hours=1),
    )
    ids = {"approval_id": str(held.id), "ref": "d-theirs", "plan_id": str(plan.pk)}
    return {**ids, "flow_id": str(flow.id), "job_id": str(job.id), "notice_id": str(notice.id)}


def _hashes(member: Membership, flow_id: Any) -> list[str]:
    try:
        commands.deploy_flow(member, flow_id)
    except commands.NeedsApproval as needed:
        return [one["hash"] for one in needed.waiting]
    return []


BODIES = {
    "deploy": {},
    "settings": {"values": {"limit": 1}},
    "compile": {"prompt": "x"},
    "command": {"command": "set_color"},
    "fault": {"fault": "overheat", "on": True},
    "test": {"text": "x"},
    "plan": {"plan": None},
    "do": {"act": "pause"},
    "sentence": {"prompt": "x", "lang": "en"},
    "share": {"address": "127.0.0.1"},
    "rollout": {"version": 1},
    "places": {"plan": "00000000-0000-4000-8000-000000000000", "places": {}},
}


def test_what_belongs_to_another_workspace_is_not_there(api: Api, theirs: dict[str, str]) -> None:
    tried = 0
    for name, route, _ in addresses():
        if name in OPEN or name.startswith("admin:") or "<" not in route:
            continue
        path = filled(route, theirs)
        body = BODIES.get(
            path.rstrip("/").rsplit("/", 1)[-1], {"document": document(), "revision": 1, "ok": True, "title": "x"}
        )
        if name == "api-1.0.0:save_destination" or path.startswith("/api/destinations/"):
            continue  # names a thing of one's own workspace, whatever the id
        for method in METHODS:
            answer = api(method, path, body)
            allowed = (302, 404, 405) if path.startswith("/destinations/") else (404, 405)
            assert answer.status_code in allowed, f"{method} {path}: {answer.status_code} {answer.content[:200]!r}"
            tried += answer.status_code == 404
    assert tried > 12


def test_lists_show_nothing_of_another_workspace(api: Api, theirs: dict[str, str]) -> None:
    for path in ("/api/flows", "/api/notices", "/api/approvals", "/api/registry", "/api/workers", "/api/destinations", "/api/tables", "/api/plans", "/api/local-models", "/local-models/",
                 "/api/registry/export", "/flows/", "/inbox/", "/devices/", "/workers/", "/destinations/", "/tables/", "/plans/"):  # fmt: skip
        text = api("GET", path).content.decode()
        assert not [id for id in theirs.values() if id in text], path
        assert "secret" not in text or path == "/destinations/", path


def test_a_write_without_the_csrf_token_is_refused(api: Api) -> None:
    api.csrf = "wrong"
    assert api("POST", "/api/flows", {}).status_code == 403
    assert api.client.post("/settings/workspace/", {"name": "x"}).status_code == 403


def test_a_hook_with_a_wrong_secret_is_not_there(member: Membership) -> None:
    answer = Client().post(f"/in/{member.workspace_id}/wrong/", "{}", content_type="application/json")
    assert answer.status_code == 404
