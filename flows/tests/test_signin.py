"""Coming in: links that work once, a password set after the first one, no guessing."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from flows import commands
from flows.models import Membership, SigninLink


@pytest.fixture
def fresh(member: Membership) -> Membership:
    member.user.set_unusable_password()
    member.user.save()
    return member


def path_of(link: str) -> str:
    return urlsplit(link).path


def test_a_link_signs_in_once_and_leads_to_setting_a_password(fresh: Membership) -> None:
    link = commands.new_signin_link("http://127.0.0.1:8000", fresh)
    assert link.startswith("http://127.0.0.1:8000/signin/")
    first = Client().get(path_of(link))
    assert (first.status_code, first["Location"]) == (302, "/welcome/")
    assert Client().get(path_of(link)).status_code == 410


def test_a_link_that_is_too_old_lets_nobody_in(fresh: Membership) -> None:
    link = commands.new_signin_link("", fresh)
    SigninLink.objects.of(fresh.workspace).update(expires=timezone.now() - timedelta(seconds=1))
    assert Client().get(path_of(link)).status_code == 410


def test_the_secret_of_a_link_is_not_kept(fresh: Membership) -> None:
    token = path_of(commands.new_signin_link("", fresh)).rsplit("/", 1)[1]
    assert not SigninLink.objects.of(fresh.workspace).filter(token_hash__contains=token).exists()


def test_name_and_password_are_set_once_and_then_sign_in(fresh: Membership) -> None:
    client = Client()
    client.get(path_of(commands.new_signin_link("", fresh)))
    weak = client.post("/welcome/", {"name": "aiko", "password": "short", "again": "short"})
    assert weak.status_code == 200
    differ = client.post("/welcome/", {"name": "aiko", "password": "kiln water 42", "again": "kiln water 43"})
    assert differ.status_code == 200
    done = client.post("/welcome/", {"name": "aiko", "password": "kiln water 42", "again": "kiln water 42"})
    assert done["Location"] == "/flows/"
    assert client.get("/flows/").status_code == 200
    other = Client().post("/signin/", {"name": "aiko", "password": "kiln water 42"})
    assert other["Location"] == "/flows/"
    assert client.get("/welcome/")["Location"] == "/flows/"


def test_guessing_is_stopped(member: Membership) -> None:
    for _ in range(8):
        last = Client().post("/signin/", {"name": "ours", "password": "wrong"})
    assert last.status_code in (403, 429)
    right = Client().post("/signin/", {"name": "ours", "password": "a long password of ours"})
    assert right.status_code == 429


def test_after_sign_in_nobody_is_sent_to_another_site(member: Membership) -> None:
    given = {"name": "ours", "password": "a long password of ours", "next": "https://evil.example/"}
    assert Client().post("/signin/", given)["Location"] == "/flows/"
    assert Client().post("/signin/", {**given, "next": "/devices/"})["Location"] == "/devices/"


def test_signing_out_ends_the_session(api: "object", member: Membership) -> None:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/signout/")
    assert client.get("/flows/").status_code == 302
