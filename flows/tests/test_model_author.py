"""A language model as author, all through the product: settings page, job, live progress, failures by name, a secret key."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from flows import commands
from flows.models import Membership
from flows.registered import registry_of
from flows.tests.conftest import Api, document
from flows.tests.test_compiling import SENTENCE, wait_for
from flows.tests.test_sockets import page_line
from llm.projection import Projection
from nodes.kit.catalog import full_catalog
from tests.brokers import wait_until
from tests.model_server import MALICIOUS, ModelServer

KEY = "sk-very-secret-key"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def written(member: Membership) -> dict[str, Any]:
    """What an honest model answers."""
    return {**Projection(full_catalog(), registry_of(member.workspace)).to_model(document()), "plan": "Tell when hot"}


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")


def point_at(api: Api, url: str, key: str = KEY) -> None:
    """The settings page, filled in by hand."""
    form = {"base_url": url, "model": "m1", "key": key, "csrfmiddlewaretoken": api.csrf}
    assert api.client.post("/settings/model/", form).status_code == 302


def asked(api: Api, **wish: Any) -> tuple[str, str]:
    """Flow and job."""
    flow = api("POST", "/api/flows", {}).json()["id"]
    body = {"prompt": SENTENCE, "lang": "en", "author": "model", **wish}
    answer = api("POST", f"/api/flows/{flow}/compile", body)
    assert answer.status_code == 202
    return flow, answer.json()["job"]


def test_nodes_appear_live_while_the_model_writes_and_the_result_is_its_compilation(
    server: str, api: Api, allowed: None, written: dict[str, Any]
) -> None:
    with ModelServer(answer=lambda body: written) as model, page_line(server, api) as page:
        page.wait("hello")
        point_at(api, model.url)
        flow, job = asked(api, author="")
        shown = [page.wait("compile", fits=lambda m: m["stage"] == "node")["node"]["id"] for _ in range(4)]
        done = page.wait("compile", fits=lambda m: m["stage"] == "done")
    assert shown == ["kiln", "hot", "tell", "red"]
    assert (done["job"], done["flow"]) == (job, flow)
    assert done["compilation"]["author"] == "model"
    assert done["compilation"]["document"]["nodes"] == document()["nodes"]
    assert api("GET", f"/api/flows/{flow}").json()["author"] == "model"
    assert api("GET", f"/api/jobs/{job}").json()["result"] == done["compilation"]
    assert model.keys == [KEY]
    assert model.requests[0]["stream"] is True
    assert KEY not in json.dumps(model.requests)


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("malformed", "author_unreadable"),
        ("prose", "author_unreadable"),
        ("truncated", "author_unreadable"),
        ("huge", "author_unreadable"),
        ("malicious", "author_unreadable"),
        ("refusing", "author_refused"),
        ("broken", "author_away"),
        ("hanging-up", "author_away"),
    ],
)
def test_a_model_that_misbehaves_is_a_named_problem_and_no_document(
    api: Api, allowed: None, written: dict[str, Any], mode: str, code: str
) -> None:
    with ModelServer(mode, lambda body: written) as model:
        point_at(api, model.url)
        _, job = asked(api)
        done = wait_for(api, job)
    assert done["status"] == "done"
    assert done["result"]["document"] is None
    assert code in {problem["code"] for problem in done["result"]["problems"]}
    assert KEY not in json.dumps(done)


def test_a_model_that_is_asked_too_often_is_named(api: Api, allowed: None) -> None:
    with ModelServer("rate-limited", retry_after="60") as model:
        point_at(api, model.url)
        _, job = asked(api)
        problems = wait_for(api, job)["result"]["problems"]
    assert "author_rate_limited" in {problem["code"] for problem in problems}


def test_what_a_malicious_model_says_never_becomes_markup_or_an_address(
    api: Api, member: Membership, allowed: None, written: dict[str, Any]
) -> None:
    evil = json.loads(json.dumps(written))
    evil["plan"] = MALICIOUS
    evil["nodes"].append(
        {"id": "spy", "kind": "webhook_out", "from": ["hot"], "params": {"to": "http://169.254.169.254/"}}
    )
    with ModelServer(answer=lambda body: evil) as model:
        point_at(api, model.url)
        flow, job = asked(api)
        done = wait_for(api, job)
    kept = json.dumps(done["result"]["document"])
    assert "spy" not in kept, "an address is no destination"
    assert "169.254" not in kept
    assert "hot" in kept, "what is sound is kept"
    for path in (f"/flows/{flow}/", "/flows/", "/settings/"):
        assert "<script>alert" not in api("GET", path).content.decode()
    assert api("GET", f"/api/flows/{flow}").json()["document"]["nodes"] == []


def test_a_slow_model_is_cancelled_at_once_and_what_it_says_later_is_thrown_away(
    server: str, api: Api, allowed: None, written: dict[str, Any]
) -> None:
    says = threading.Event()
    with ModelServer(answer=lambda body: says.wait(90) and written) as model, page_line(server, api) as page:
        page.wait("hello")
        point_at(api, model.url)
        flow, job = asked(api)
        wait_until(lambda: model.requests, 10, "the model is asked")
        assert api("POST", f"/api/jobs/{job}/cancel").json()["status"] == "cancelled"
        assert page.wait("compile", fits=lambda m: m["stage"] == "cancelled")["problem"]["code"] == "compile_cancelled"
        says.set()
        page.nothing("compile", 1.0)
    assert api("GET", f"/api/jobs/{job}").json()["status"] == "cancelled"
    now = api("GET", f"/api/flows/{flow}").json()
    assert (now["author"], now["document"]["nodes"]) == ("hand", [])


@pytest.fixture
def local(api: Api) -> Iterator[ModelServer]:
    with ModelServer(answer=lambda body: '{"ok": true}') as model:
        point_at(api, model.url)
        yield model


def test_an_address_on_this_machine_is_refused_by_name_and_never_dialled(api: Api, local: ModelServer) -> None:
    _, job = asked(api)
    done = wait_for(api, job)
    told = [done["problem"], *(p["code"] for p in (done["result"] or {}).get("problems", []))]
    assert "author_address_refused" in told
    answer = api("POST", "/api/authors/model/test").json()
    assert answer["ok"] is False
    assert "SUIRO_EGRESS_ALLOW" in answer["detail"]
    assert local.requests == []


def test_where_the_operator_allows_it_the_same_address_is_dialled(api: Api, local: ModelServer, allowed: None) -> None:
    assert api("POST", "/api/authors/model/test").json() == {"ok": True, "detail": "The model answers."}


def test_an_address_of_the_environment_is_the_operators_own(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(answer=lambda body: '{"ok": true}') as model:
        monkeypatch.setenv("SUIRO_MODEL_URL", model.url)
        monkeypatch.setenv("SUIRO_MODEL_NAME", "m1")
        assert api("POST", "/api/authors/model/test").json()["ok"] is True
    assert model.requests


@pytest.mark.parametrize("url", ["http://169.254.169.254/v1", "http://[::ffff:169.254.169.254]/v1"])
def test_cloud_metadata_is_refused_whatever_is_allowed(api: Api, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "0.0.0.0/0,::/0")
    point_at(api, url)
    assert api("POST", "/api/authors/model/test").json()["ok"] is False


def test_the_key_goes_in_and_never_comes_out(api: Api, member: Membership, local: ModelServer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_key FROM flows_modelprofile")
        (sealed,) = cursor.fetchone()
    assert sealed
    assert KEY not in sealed
    member.user.is_staff = member.user.is_superuser = True
    member.user.save()
    row = commands.author_model(member.workspace)
    assert row is not None
    for path in ("/settings/", "/api/authors", "/api/registry", "/api/registry/export", "/api/me", "/flows/",
                 f"/admin/flows/modelprofile/{row.pk}/change/"):  # fmt: skip
        text = api("GET", path).content.decode()
        assert KEY not in text, path
        assert sealed not in text, path
    assert KEY not in str(row.__dict__)
