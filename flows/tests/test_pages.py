"""The pages: there in both languages and all themes, safe against strings of devices, usable without losing one's place."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from flows import commands
from flows.models import Membership
from flows.tests.conftest import Api, document

PAGES = (
    "flows",
    "gallery",
    "reports",
    "devices",
    "tables",
    "plans",
    "destinations",
    "inbox",
    "workers",
    "letters",
    "connection",
    "settings",
)
EVIL = '<script>alert("x")</script>'


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_in_both_languages(api: Api, name: str, lang: str) -> None:
    api("PUT", "/api/me", {"lang": lang})
    answer = api("GET", f"/{name}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in text
    assert bool(re.search(r"[\u3041-\u30ff]", re.sub(r"<script.*?</script>|日本語", "", text, flags=re.DOTALL))) == (
        lang == "ja"
    )


def test_scripts_carry_the_nonce_of_the_answer(api: Api) -> None:
    for name in PAGES:
        answer = api("GET", f"/{name}/")
        policy = answer["Content-Security-Policy"]
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        for tag in re.findall(r"<script[^>]*>", answer.content.decode()):
            assert 'type="application/json"' in tag or f'nonce="{nonce}"' in tag, tag
        assert " onclick=" not in answer.content.decode()
        assert " style=" not in answer.content.decode()


def test_names_that_strangers_chose_are_text(api: Api, member: Membership) -> None:
    things = {"types": [{"id": "t", "label": {"en": EVIL}, "topic": "a/{device}"}],
              "devices": [{"id": "d", "type": "t", "label": {"en": EVIL}, "attributes": {"hall": EVIL}}],
              "tables": [{"id": "b", "label": {"en": EVIL}, "key": "k", "columns": [{"name": "k", "unit": EVIL, "label": {"en": EVIL}}]}]}  # fmt: skip
    commands.load_things(member.workspace, things)
    commands.new_flow(member, document=document(name=EVIL))
    for name in PAGES:
        assert "<script>alert" not in api("GET", f"/{name}/").content.decode()


def test_the_language_is_switched_without_losing_the_page(api: Api) -> None:
    answer = api.client.post("/language/", {"lang": "ja", "next": "/devices/?x=1", "csrfmiddlewaretoken": api.csrf})
    assert answer["Location"] == "/devices/?x=1"
    assert '<html lang="ja"' in api("GET", "/devices/").content.decode()
    away = api.client.post("/language/", {"lang": "ja", "next": "//evil.example/", "csrfmiddlewaretoken": api.csrf})
    assert away["Location"] == "/"


@pytest.mark.parametrize(
    ("theme", "shown"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"'), ("auto", "")]
)
def test_a_theme_is_remembered(api: Api, theme: str, shown: str) -> None:
    api("PUT", "/api/me", {"theme": theme})
    text = api("GET", "/flows/").content.decode()
    assert shown in text
    assert ("data-theme=" in text) == bool(shown)


def test_the_editor_page_holds_the_flow_and_nothing_of_it_as_markup(api: Api, member: Membership) -> None:
    flow = commands.new_flow(member, document=document(name=EVIL))
    text = api("GET", f"/flows/{flow.id}/").content.decode()
    assert f'data-flow="{flow.id}"' in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_went_wrong_is_told_on_a_page_of_our_own(api: Api, lang: str) -> None:
    api("PUT", "/api/me", {"lang": lang})
    answer = api("GET", "/nowhere/at/all/")
    assert answer.status_code == 404
    assert ("ページが見つかりません" in answer.content.decode()) == (lang == "ja")
    assert api("GET", "/api/nowhere").json()["code"] == "http_404"


def test_a_destination_is_added_changed_and_forgotten_with_a_form(api: Api, member: Membership) -> None:
    def post(path: str, **fields: Any) -> Any:
        return api.client.post(path, {**fields, "csrfmiddlewaretoken": api.csrf}, follow=True)

    post(
        "/destinations/",
        id="mail",
        service="email",
        label_en="Mail",
        mail_to="a@example.org",
        mail_server="smtp.example.org:587",
    )
    rows = {row["id"]: row for row in api("GET", "/api/destinations").json()}
    assert rows["mail"]["has_address"] is True
    wrong = post("/destinations/", id="mail2", service="email", mail_to="nobody", mail_server="smtp.example.org")
    assert "callout-bad" in wrong.content.decode()
    post("/destinations/mail/forget/")
    assert "mail" not in {row["id"] for row in api("GET", "/api/destinations").json()}


def test_a_test_of_an_inbox_destination_is_a_notice(api: Api, member: Membership) -> None:
    assert api("POST", "/api/destinations/shift/test", {"text": "hello"}).json()["ok"] is True
    (notice,) = api("GET", "/api/notices").json()
    assert (notice["text"], notice["to"], notice["acked"]) == ("hello", "shift", None)
    assert api("POST", f"/api/notices/{notice['id']}/ack").json()["acked"]
    assert api("GET", "/api/notices?unread=1").json() == []


def test_the_own_broker_is_set_with_a_form_and_its_password_is_not_shown(api: Api, member: Membership) -> None:
    fields = {"which": "own", "url": "mqtts://broker.example:8883", "username": "u", "password": "hidden-pw", "ca": ""}
    api.client.post("/connection/", {**fields, "csrfmiddlewaretoken": api.csrf})
    assert commands.broker_of(member.workspace).url == "mqtts://broker.example:8883"
    assert "hidden-pw" not in api("GET", "/connection/").content.decode()
    bad = {**fields, "url": "http://x"}
    assert (
        "callout-bad"
        in api.client.post("/connection/", {**bad, "csrfmiddlewaretoken": api.csrf}, follow=True).content.decode()
    )


def test_static_files_are_served_with_their_type(db: None) -> None:
    answer = Client().get("/static/suiro/tokens.css")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/css")


def test_the_policy_names_no_feature_that_browsers_do_not_know(api: Api) -> None:
    policy = api("GET", "/flows/")["Permissions-Policy"]
    assert "camera=()" in policy
    assert "bluetooth" not in policy


def test_the_webhook_address_of_a_flow_is_reached_from_the_list(api: Api) -> None:
    assert 'class="btn btn-quiet btn-icon btn-small hooks"' not in api("GET", "/flows/").content.decode()
    nodes = [
        {"id": "call", "kind": "webhook_in", "params": {}},
        {"id": "tell", "kind": "notify", "from": ["call"], "params": {"to": "shift", "text": "called"}},
    ]
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes)}).json()["id"]
    assert api("POST", f"/api/flows/{flow}/deploy", {}).status_code == 200
    assert 'class="btn btn-quiet btn-icon btn-small hooks"' in api("GET", "/flows/").content.decode()


def test_japanese_pages_say_it_with_one_word(api: Api) -> None:
    text = (Path(settings.BASE_DIR) / "flows/locale/ja/LC_MESSAGES/django.po").read_text("utf-8")
    assert not re.findall("配備|言い回し集|表現集", text)
    assert "フレーズ集" in text
    assert "デプロイ" in text
