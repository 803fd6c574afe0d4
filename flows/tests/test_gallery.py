"""A scenario in a workspace: found, started with its virtual devices, ready when a value came, and taken away again."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from flows import commands, live
from flows.models import (
    Broker,
    Copy,
    DashboardPlan,
    Destination,
    Device,
    DeviceType,
    Flow,
    Membership,
    SitePlan,
    Worker,
)
from flows.scenarios import scenario_of
from flows.showing import ms
from flows.tests.conftest import Api
from flows.tests.scenario_files import REGISTRY, write_scenario
from flows.tests.test_plans import picture as plan_picture
from gallery.picturing import keep

COPY = "/api/gallery/oven/copy"


@pytest.fixture(autouse=True)
def gallery(tmp_path: Path, settings: Any) -> Path:
    settings.GALLERY = write_scenario(tmp_path / "gallery")
    return Path(settings.GALLERY)


@pytest.fixture
def orders(member: Membership, worker: tuple[Worker, str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the connected worker is told."""
    Worker.objects.of(member.workspace).update(connected=True)
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(live, "to_worker", lambda worker, message: told.append(message))
    return told


def approved(api: Api) -> list[str]:
    """The hashes that the page shows beside its button."""
    page = api("GET", "/gallery/oven/").content.decode()
    found = re.search(r'"approve": (\[[^\]]*\])', page)
    assert found
    return re.findall(r'"([0-9a-f]{64})"', found.group(1))


def start(api: Api) -> Any:
    return api("POST", COPY, {"approve": approved(api)})


def test_started_once_it_is_registered_deployed_and_its_devices_are_switched_on(
    api: Api, member: Membership, orders: list[dict[str, Any]]
) -> None:
    assert api("POST", COPY, {}).json()["code"] == "approval", "nothing is switched that nobody has seen"
    assert not Copy.objects.of(member.workspace).exists()
    answer = start(api)
    assert answer.status_code == 201, answer.content
    assert {**answer.json(), "flow": None, "started": 0} == {
        "scenario": "oven", "flow": None, "status": "starting", "problems": [], "started": 0,
        "running": False, "heard": [], "ready": False,
    }  # fmt: skip
    assert DeviceType.objects.of(member.workspace).filter(ref__in=["v_oven", "v_lamp"]).count() == 2
    assert Destination.objects.of(member.workspace).get(ref="v-boss").service == "inbox", "never to the outside"
    flow = Flow.objects.of(member.workspace).get(pk=answer.json()["flow"])
    assert flow.wanted
    assert flow.name == "Watch an oven"
    (order,) = [one for one in orders if one.get("retain")]
    assert (order["topic"], order["data"]) == ("fleet/scenarios/oven", {"on": True})


def test_it_is_ready_only_when_the_flow_runs_and_a_value_came_since_it_was_started(
    api: Api, member: Membership, orders: list[dict[str, Any]]
) -> None:
    start(api)
    copy = Copy.objects.of(member.workspace).get()
    started = ms(copy.started) or 0
    key = f"values:{member.workspace_id}"
    cache.set(key, {"v-oven-1": {"time": started - 60_000, "data": {}}, "kiln-1": {"time": started + 5, "data": {}}})
    Flow.objects.of(member.workspace).filter(pk=copy.flow_id).update(status=Flow.Status.RUNNING)
    assert api("GET", COPY).json()["ready"] is False, "an old value, and one of another device"
    cache.set(key, {"v-oven-1": {"time": started + 1, "data": {}}})
    found = api("GET", COPY).json()
    assert (found["ready"], found["heard"]) == (True, ["v-oven-1"])


def test_a_copy_that_is_removed_takes_with_it_what_nothing_else_uses(
    api: Api, member: Membership, orders: list[dict[str, Any]]
) -> None:
    start(api)
    other = {"suiro": 1, "name": "Mine", "nodes": [{"id": "o", "kind": "devices", "params": {"type": "v_oven"}}]}
    mine = commands.new_flow(member, document=other)
    assert api("DELETE", COPY).status_code == 204
    kept = set(DeviceType.objects.of(member.workspace).values_list("ref", flat=True))
    assert kept == {"kiln", "tower", "v_oven"}, "another flow reads the ovens"
    assert set(Device.objects.of(member.workspace).values_list("ref", flat=True)) == {"kiln-1", "tower-1", "v-oven-1"}
    assert not Destination.objects.of(member.workspace).filter(ref="v-boss").exists()
    assert not Flow.objects.of(member.workspace).filter(binned=None).exclude(pk=mine.pk).exists()
    assert [one["data"] for one in orders if one.get("retain")] == [{"on": True}, {"on": False}]
    assert api("GET", COPY).status_code == 404


def test_virtual_devices_stay_on_while_another_workspace_has_them(
    api: Api, member: Membership, stranger: Membership, orders: list[dict[str, Any]]
) -> None:
    start(api)
    Copy.objects.add(stranger.workspace, scenario="oven", started=Copy.objects.of(member.workspace).get().started)
    api("DELETE", COPY)
    assert [one["data"] for one in orders if one.get("retain")] == [{"on": True}]
    assert Copy.objects.of(stranger.workspace).exists()


def test_without_a_worker_nothing_is_removed_so_that_no_virtual_device_goes_on_for_nobody(
    api: Api, member: Membership, orders: list[dict[str, Any]]
) -> None:
    start(api)
    Worker.objects.of(member.workspace).update(connected=False)
    assert api("DELETE", COPY).json()["code"] == "no_worker"
    assert Copy.objects.of(member.workspace).exists()
    assert DeviceType.objects.of(member.workspace).filter(ref="v_oven").exists()


def test_things_of_ones_own_are_never_taken_for_the_scenarios(
    api: Api, member: Membership, orders: list[dict[str, Any]]
) -> None:
    lamp = {**REGISTRY["types"][1], "topic": "real/{device}/state"}
    outside = {"id": "v-boss", "service": "webhook"}
    commands.load_things(member.workspace, {"types": [lamp], "destinations": [outside]})
    answer = start(api)
    assert answer.status_code == 409
    assert answer.json()["things"] == [
        {"section": "types", "id": "v_lamp"},
        {"section": "destinations", "id": "v-boss"},
    ]
    assert not Flow.objects.of(member.workspace).exists()


def test_without_a_worker_or_on_another_broker_it_says_why(api: Api, member: Membership, worker: Any) -> None:
    assert api("POST", COPY, {}).json()["code"] == "no_worker"
    Worker.objects.of(member.workspace).update(connected=True)
    Broker.objects.add(member.workspace, embedded=False, url="mqtts://broker.example:8883")
    assert api("POST", COPY, {}).json()["code"] == "other_broker"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_shows_the_story_as_it_was_played(api: Api, gallery: Path, lang: str) -> None:
    api("PUT", "/api/me", {"lang": lang})
    assert "python -m gallery picture" in api("GET", "/gallery/oven/").content.decode()
    keep(scenario_of("oven"))
    text = api("GET", "/gallery/oven/").content.decode()
    assert "python -m gallery picture" not in text
    assert ("班長: " if lang == "ja" else "foreman: ") in text
    assert ("過熱" if lang == "ja" else "too hot") in text
    assert text.count("drawn-mark mark-told") == 1
    assert text.count("drawn-mark mark-switched") == 1
    assert "lamp-red" in text
    assert ("炉を見る" if lang == "ja" else "Watch an oven") in api("GET", "/gallery/").content.decode()
    both = api("GET", "/gallery/oven/download/both").json()
    assert {type["id"] for type in both["registry"]["types"]} == {"v_oven", "v_lamp"}
    assert api("GET", "/gallery/oven/download/flow").json()["nodes"]


def test_only_devices_of_a_started_scenario_can_be_told_to_misbehave(
    api: Api, member: Membership, orders: list[dict[str, Any]]
) -> None:
    own = {"types": [{"id": "real", "topic": "r/{device}"}], "devices": [{"id": "v-oven-1", "type": "real"}]}
    commands.load_things(member.workspace, own)
    with pytest.raises(commands.NotRegistered):
        commands.switch_fault(member, "v-oven-1", "hot", True)
    assert 'data-fault="hot"' not in api("GET", "/devices/").content.decode()
    commands.forget_type(member, "real")
    start(api)
    commands.switch_fault(member, "v-oven-1", "hot", True)
    assert orders[-1]["topic"] == "fleet/v-oven-1/fault"
    assert 'data-fault="hot"' in api("GET", "/devices/").content.decode()


def test_a_plan_comes_along_with_the_devices_on_it_and_goes_with_the_copy(
    api: Api, member: Membership, orders: list[dict[str, Any]], gallery: Path
) -> None:
    show = {"plan": "plan.png", "places": {"v-oven-1": [0.25, 0.5]}}
    write_scenario(gallery, "placed", show=show)
    (gallery / "placed" / "plan.png").write_bytes(plan_picture())
    page = api("GET", "/gallery/placed/").content.decode()
    assert '<circle cx="25.0%" cy="50.0%"' in page
    assert api("GET", "/gallery/placed/plan").content.startswith(b"\x89PNG")
    approve = [one["hash"] for one in commands.switched_by(member, scenario_of("placed"), "en")]
    flow = api("POST", "/api/gallery/placed/copy", {"approve": approve}).json()["flow"]
    row = DashboardPlan.objects.of(member.workspace).select_related("plan").get(flow=flow)
    assert row.places == {str(row.plan.pk): {"v-oven-1": [0.25, 0.5]}}
    assert api("DELETE", "/api/gallery/placed/copy").status_code == 204
    assert not SitePlan.objects.of(member.workspace).exists()


def test_names_are_looked_up_and_never_paths(api: Api, gallery: Path) -> None:
    (gallery.parent / "secret.json").write_text("{}")
    for name in ("..", "models", "%2e%2e", "../oven", "nothing"):
        assert api("GET", f"/gallery/{name}/picture").status_code == 404, name
        assert api("GET", f"/gallery/{name}/download/flow").status_code == 404, name
    assert api("GET", "/gallery/oven/download/secret").status_code == 404


def test_a_scenario_that_cannot_be_read_takes_no_page_away(api: Api, gallery: Path) -> None:
    (gallery / "broken").mkdir()
    (gallery / "broken" / "scenario.json").write_text("{")
    assert "/gallery/oven/" in api("GET", "/gallery/").content.decode()
