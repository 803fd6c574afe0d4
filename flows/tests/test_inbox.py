"""The inbox: found by flow, words and age, acknowledged one by one or by flow, and who did it."""

from typing import Any

import pytest

from flows import commands
from flows.commands.notices import put_notice
from flows.models import Flow, Membership, Notice
from flows.tests.conftest import Api, document


@pytest.fixture
def two(member: Membership) -> list[Flow]:
    """Two flows with two notices each, and one notice of the system."""
    flows = [commands.new_flow(member, name, document=document(name=name)) for name in ("Kilns", "Rooms")]
    for number in (1, 2):
        for flow in flows:
            put_notice(member.workspace, "shift", f"{flow.name} {number}", flow=flow)
    put_notice(member.workspace, "system", "the worker is back")
    return flows


def texts(api: Api, query: str) -> list[str]:
    return [notice["text"] for notice in api("GET", f"/api/notices?{query}").json()]


def test_notices_are_found_by_flow_words_and_age(api: Api, two: list[Flow]) -> None:
    assert texts(api, f"flow={two[0].id}") == ["Kilns 2", "Kilns 1"]
    assert texts(api, "flow=system") == ["the worker is back"]
    assert texts(api, "text=rooms") == ["Rooms 2", "Rooms 1"]
    oldest = api("GET", "/api/notices").json()[-2]["seq"]
    assert texts(api, f"before={oldest}") == ["Kilns 1"]
    assert texts(api, "flow=no-id") == []


def test_all_notices_of_one_flow_are_acknowledged_and_the_others_wait(
    api: Api, member: Membership, two: list[Flow]
) -> None:
    assert api("POST", "/api/notices/ack", {"flow": str(two[0].id)}).json() == {"count": 2}
    assert texts(api, "unread=1") == ["the worker is back", "Rooms 2", "Rooms 1"]
    assert api("POST", "/api/notices/ack").json() == {"count": 3}
    assert not Notice.objects.of(member.workspace).filter(acked=None).exists()


def test_who_acknowledged_and_when_is_told(api: Api, member: Membership, two: list[Flow]) -> None:
    newest = api("GET", "/api/notices").json()[0]
    assert (newest["acked"], newest["acked_by"]) == (None, None)
    api("POST", f"/api/notices/{newest['id']}/ack")
    newest = api("GET", "/api/notices").json()[0]
    assert newest["acked_by"] == member.user.username
    assert newest["acked"] >= newest["time"]


def test_strangers_neither_see_nor_acknowledge(api_of: Any, stranger: Membership, two: list[Flow]) -> None:
    theirs = api_of(stranger)
    assert theirs("GET", "/api/notices").json() == []
    assert theirs("POST", "/api/notices/ack", {"flow": str(two[0].id)}).json() == {"count": 0}


def test_the_page_offers_the_flows_that_told_something(api: Api, member: Membership, two: list[Flow]) -> None:
    commands.new_flow(member, "Silent one")
    page = api("GET", f"/inbox/?flow={two[1].id}").content.decode()
    assert f'<option value="{two[1].id}" selected>Rooms</option>' in page
    assert "Silent one" not in page
