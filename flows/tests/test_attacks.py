"""What somebody tries who means harm: from outside, from another workspace, with a file, through a device's words."""

import json
import logging
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from config.logs import WithoutSecrets
from flows import commands, downlink
from flows.models import Destination, Flow, Membership, SigninLink, Worker
from flows.pages.signin import MOST_GUESSES
from flows.tests.conftest import THINGS, Api, document
from flows.tests.test_deploying import deployed
from flows.tests.test_sockets import page_line, worker_line

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


# --- coming in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wish",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example"],
)
def test_nobody_is_sent_to_another_site_by_a_link(api: Api, member: Membership, wish: str) -> None:
    assert api.client.get("/signin/", {"next": wish})["Location"] == "/flows/"
    form = {"lang": "en", "next": wish, "csrfmiddlewaretoken": api.csrf}
    assert api.client.post("/language/", form)["Location"] in ("/", "/flows/")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.1@evil.example"]
)
def test_a_page_under_a_name_that_is_not_ours_is_not_served(api: Api, host: str) -> None:
    assert api.client.get("/flows/", headers={"host": host}).status_code == 400


def test_a_sign_in_link_never_takes_its_host_from_a_request(member: Membership) -> None:
    assert urlsplit(commands.new_signin_link("", member)).hostname == "127.0.0.1"


def test_the_session_gets_another_id_at_sign_in(member: Membership) -> None:
    client = Client()
    client.get("/signin/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    client.post("/signin/", {"name": "ours", "password": "a long password of ours"})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_tries_are_counted_by_name_whatever_address_they_say_they_come_from(member: Membership) -> None:
    codes = []
    for number in range(12):
        where = {"REMOTE_ADDR": f"10.0.0.{number}"}
        codes.append(Client().post("/signin/", {"name": "ours", "password": "x"}, **where).status_code)  # type: ignore[arg-type]
    assert set(codes) == {403}, "few tries from many addresses are no attack yet"
    key = next(key for key in cache._cache if "signin:" in key)  # type: ignore[attr-defined]
    cache.set(key.partition(":1:")[2], MOST_GUESSES)
    right = {"name": "ours", "password": "a long password of ours"}
    assert Client().post("/signin/", right).status_code == 429


def test_a_new_password_ends_links_that_were_printed_before(member: Membership) -> None:
    link = commands.new_signin_link("", member)
    commands.set_name_and_password(member, "ours", "another long password")
    assert Client().get(urlsplit(link).path).status_code == 410
    assert SigninLink.objects.of(member.workspace).filter(used=None).count() == 0


def test_a_name_that_somebody_has_cannot_be_taken(api: Api, stranger: Membership) -> None:
    form = {
        "old": "a long password of ours",
        "name": "theirs",
        "password": "kiln water 42 kiln",
        "csrfmiddlewaretoken": api.csrf,
    }
    answer = api.client.post("/settings/password/", form, follow=True)
    assert answer.status_code == 200
    assert User.objects.filter(username="theirs").count() == 1
    assert User.objects.filter(username="ours").exists()


@pytest.mark.django_db(transaction=True)
def test_signing_out_ends_the_live_view_that_is_open(server: str, api: Api) -> None:
    with page_line(server, api) as page:
        page.wait("hello")
        api.client.post("/signout/", {"csrfmiddlewaretoken": api.csrf})
        with pytest.raises(ConnectionClosed):
            page.socket.recv(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_a_rebound_name_gets_no_live_view(server: str, api: Api) -> None:
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in api.client.cookies.items())
    port = server.rpartition(":")[2]
    headers = {"Cookie": cookie, "Host": f"evil.example:{port}"}
    with pytest.raises(InvalidStatus):
        connect(f"ws://{server}/ws/live", additional_headers=headers, origin=f"http://evil.example:{port}")  # type: ignore[arg-type]


# --- other workspaces, more than one may -----------------------------------------------------------------------------


def test_fields_that_nobody_asked_for_change_nothing(api: Api, member: Membership, stranger: Membership) -> None:
    more = {"workspace": str(stranger.workspace_id), "status": "running", "wanted": True, "author": "model", "id": "x"}
    flow = api("POST", "/api/flows", {"document": document(), **more}).json()
    row = Flow.objects.of(member.workspace).get(pk=flow["id"])
    assert (row.status, row.wanted, row.author) == ("draft", False, "hand")
    api(
        "PUT",
        "/api/me",
        {"lang": "en", "role": "owner", "is_staff": True, "is_superuser": True, "workspace": more["workspace"]},
    )
    member.user.refresh_from_db()
    assert not member.user.is_staff
    api("PUT", "/api/destinations/ops", {"service": "inbox", "workspace": more["workspace"], "sealed_address": "x"})
    assert Destination.objects.of(member.workspace).get(ref="ops").sealed_address == ""


def test_a_session_cannot_choose_a_workspace_that_is_not_its_own(api: Api, stranger: Membership) -> None:
    commands.new_flow(stranger, "theirs")
    session = api.client.session
    session["workspace"] = str(stranger.workspace_id)
    session.save()
    assert api("GET", "/api/flows").json() == []


def test_the_operators_tables_are_for_staff_and_change_nothing(api: Api, member: Membership) -> None:
    call_command("check", fail_level="WARNING")
    assert api("GET", "/admin/").status_code == 302
    member.user.is_staff = member.user.is_superuser = True
    member.user.save()
    row = commands.new_flow(member, document=document())
    assert api("GET", f"/admin/flows/flow/{row.pk}/change/").status_code == 200
    for path in (f"flow/{row.pk}/change/", f"flow/{row.pk}/delete/", "approval/add/", "worker/add/", "workspace/add/"):
        answer = api.client.post(f"/admin/flows/{path}", {"csrfmiddlewaretoken": api.csrf, "post": "yes"})
        assert answer.status_code == 403, path


@pytest.mark.django_db(transaction=True)
def test_a_workers_token_reaches_no_other_workspace(
    server: str, api: Api, worker: tuple[Worker, str], stranger: Membership, api_of: Any
) -> None:
    theirs = commands.new_flow(stranger, document=document())
    row = {"seq": 1, "at": 0, "flow": str(theirs.id), "row": "notice", "data": {"to": "shift", "text": "forged"}}
    with worker_line(server, worker[1]) as line, page_line(server, api_of(stranger)) as page:
        line.wait("ack")
        page.wait("hello")
        line.say(t="batch", rows=[row])
        line.say(t="flow", flow=str(theirs.id), status="running")
        line.say(t="taps", flow=str(theirs.id), edges={}, nodes={})
        line.say(t="values", devices={"kiln-1": {"time": 1, "data": {}}})
        line.say(t="done", id="x", ok=True)
        assert line.wait("ack")["seq"] == 1
        with pytest.raises(TimeoutError):
            page.socket.recv(timeout=0.6)
    theirs.refresh_from_db()
    assert theirs.status == "draft"


# --- what strangers wrote --------------------------------------------------------------------------------------------


def test_words_of_devices_files_and_people_are_never_markup(
    api: Api, member: Membership, worker: tuple[Worker, str]
) -> None:
    things = {"types": [{"id": "t", "label": {"en": EVIL}, "topic": "a/{device}", "fields": [{"name": "f", "unit": EVIL, "label": {"en": EVIL}}],
                         "commands": [{"id": "c", "label": {"en": EVIL}, "topic": "a/{device}/set", "values": {"type": "object", "properties": {EVIL: {"enum": ["red"]}}}}]}],
              "devices": [{"id": "d", "type": "t", "label": {"en": EVIL}, "attributes": {EVIL: EVIL}}],
              "tables": [{"id": "b", "label": {"en": EVIL}, "also": [EVIL], "key": "k", "columns": [{"name": "k", "unit": EVIL, "label": {"en": EVIL}}], "rows": [[EVIL]]}]}  # fmt: skip
    commands.load_things(member.workspace, things)
    flow = commands.new_flow(member, EVIL, document(name=EVIL))
    api("PUT", "/api/destinations/ops", {"service": "inbox", "label": {"en": EVIL}, "also": [EVIL]})
    commands.choose_workspace_facts(member, name=EVIL, zone="UTC", lang="en")
    rows = [
        {"seq": 1, "at": 0, "flow": str(flow.id), "row": "notice", "data": {"to": EVIL, "text": EVIL, "device": EVIL}},
        {
            "seq": 2,
            "at": 0,
            "flow": str(flow.id),
            "row": "problem",
            "data": {"code": EVIL, "args": {"x": EVIL}, "node": EVIL},
        },
    ]
    commands.keep_rows(worker[0], rows)
    commands.worker_status(worker[0], {"broker": {"url": EVIL, "detail": EVIL}, "flows": {EVIL: {}}})
    cache.set(f"values:{member.workspace_id}", {"d": {"time": 0, "data": {"f": EVIL}}})
    for page in (
        "flows/",
        "devices/",
        "tables/",
        "destinations/",
        "inbox/",
        "workers/",
        "connection/",
        "settings/",
        f"flows/{flow.id}/",
    ):
        text = api("GET", f"/{page}").content.decode()
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page


def test_answers_of_the_api_are_never_taken_for_pages(api: Api, member: Membership) -> None:
    commands.new_flow(member, EVIL)
    for path in ("/api/flows", "/api/registry", "/api/registry/export", "/api/nowhere"):
        answer = api("GET", path)
        assert answer["Content-Type"].startswith("application/json"), path
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_pattern_from_a_file_cannot_stop_the_server(api: Api, member: Membership) -> None:
    things = json.loads(json.dumps(THINGS))
    values = {"type": "object", "properties": {"color": {"type": "string", "pattern": "^(a+)+$"}}}
    things["types"][1]["commands"][0]["values"] = values
    commands.load_things(member.workspace, things)
    slow = json.loads(json.dumps(document()).replace('"red"}', f'"{"a" * 40}!"}}'))
    before = time.process_time()
    assert api("POST", "/api/validate", {"document": slow}).json()["problems"]
    assert time.process_time() - before < 2.0


@pytest.mark.parametrize(
    "schema", [{"pattern": "(?=a)"}, {"patternProperties": {"^(a+)+$": {}}}, {"$ref": "http://169.254.169.254/"}]
)
def test_a_schema_that_looks_elsewhere_or_cannot_be_bounded_is_refused(member: Membership, schema: Any) -> None:
    things = json.loads(json.dumps(THINGS))
    things["types"][1]["commands"][0]["values"] = {"type": "object", "properties": {"color": schema}}
    with pytest.raises(commands.RefusedEntries):
        commands.load_things(member.workspace, things)


# --- switching and sending -----------------------------------------------------------------------------------------------


def test_what_changed_in_the_registry_since_it_was_approved_is_not_sent_to_a_worker(
    api: Api, member: Membership
) -> None:
    flow = api("POST", "/api/flows", {"document": document()}).json()
    deployed(api, flow)
    assert downlink.deploy_message(commands.flow_of(member, flow["id"])) is not None
    for change in ({"topic": "plant/{device}/danger"}, {"approval": True}):
        tower = json.loads(json.dumps(THINGS["types"][1]))
        tower["commands"][0] |= change
        commands.load_things(member.workspace, {"types": [tower]})
        assert downlink.deploy_message(commands.flow_of(member, flow["id"])) is None, change


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/", "https://127.0.0.1:9/x", "https://localhost:9/x", "https://[::1]:9/", "https://10.0.0.1/",
     "https://169.254.169.254/latest/meta-data/", "https://[::ffff:7f00:1]/", "https://2130706433/", "file:///etc/passwd",
     "gopher://127.0.0.1/"],
)  # fmt: skip
def test_a_destination_reaches_nothing_inside(api: Api, address: str) -> None:
    saved = api("PUT", "/api/destinations/ops", {"service": "webhook", "address": address})
    if saved.status_code == 200:
        answer = api("POST", "/api/destinations/ops/test", {"text": "x"}).json()
        assert answer["ok"] is False
        assert "passwd" not in answer["detail"]
    else:
        assert saved.status_code == 422


@pytest.mark.parametrize(
    "url",
    ["http://x", "mqtt://u:p@h", "mqtt://h/../x", "mqtt://h\r\nx", "file:///etc/passwd", "mqtt://" + "h" * 600, ""],
    ids=range(7),
)
def test_a_broker_address_is_an_address_of_a_broker(api: Api, member: Membership, url: str) -> None:
    with pytest.raises(commands.BadBrokerAddress):
        commands.connect_broker(member, embedded=False, url=url)
    assert api("POST", "/api/broker/try", {"embedded": False, "url": url}).status_code == 422


# --- at rest -----------------------------------------------------------------------------------------------------------


def test_links_and_hooks_are_cut_short_in_the_log() -> None:
    for secret in ("/signin/s3cr3t-token", "/in/7b1c7b6e-0000-4000-8000-000000000000/s3cr3t-token/"):
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (secret,), None)
        assert WithoutSecrets().filter(record)
        assert "s3cr3t" not in record.getMessage()
    handler = settings.LOGGING["handlers"]["console"]
    assert handler["filters"] == ["secrets"]


def test_a_home_that_others_could_read_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    code = "from config.home import suiro_home, own_key; own_key(suiro_home(), 'secret.key')"
    environment = {**os.environ, "SUIRO_HOME": str(home)}
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, check=True)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dials_in_again_is_not_given_what_nobody_approved_and_the_flow_says_why(
    server: str, api: Api, member: Membership, worker: tuple[Worker, str]
) -> None:
    flow = api("POST", "/api/flows", {"document": document()}).json()
    deployed(api, flow)
    tower = json.loads(json.dumps(THINGS["types"][1]))
    tower["commands"][0]["topic"] = "plant/{device}/danger"
    commands.load_things(member.workspace, {"types": [tower]})
    with worker_line(server, worker[1], flows=[{"flow": flow["id"], "version": 1}]) as line:
        assert line.wait("stop")["flow"] == flow["id"]
        line.nothing("deploy")
    now = api("GET", f"/api/flows/{flow['id']}").json()
    assert now["status"] == "failed"
    assert [problem["code"] for problem in now["status_problems"]] == ["needs_approval"]
