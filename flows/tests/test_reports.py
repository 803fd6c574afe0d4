"""Reports: what a flow did, counted and measured, what it was worth by one's own figures, and links that end."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from flows import commands
from flows.commands import deploying
from flows.commands.workers import keep_rows
from flows.demo import running
from flows.demo.session import Demo
from flows.models import Firing, Flow, Membership, Notice, Report, Worker
from flows.recent import recent
from flows.reporting.savings import worth
from flows.rights import MEMBER
from flows.scenarios import scenario_of
from flows.showing import ms
from flows.tests.conftest import Api, document
from flows.tests.scenario_files import ABOUT, FLOW, REGISTRY, write_scenario
from flows.tests.test_rights import colleague
from gallery.prove import said
from gallery.scenario import GALLERY, Scenario


@pytest.fixture(autouse=True)
def gallery(tmp_path: Path, settings: Any) -> None:
    settings.GALLERY = write_scenario(tmp_path / "gallery")


@pytest.fixture
def flow(member: Membership) -> Flow:
    """The oven's flow, deployed an hour ago."""
    commands.load_things(member.workspace, {**REGISTRY, "destinations": [{"id": "v-boss", "service": "inbox"}]})
    flow = commands.new_flow(member, document=FLOW)
    waiting = deploying.waiting_actuations(member.workspace, flow, FLOW, "en")
    version = commands.deploy_flow(member, flow.pk, approve=[one["hash"] for one in waiting])
    version.__class__.objects.of(member.workspace).filter(pk=version.pk).update(
        created=timezone.now() - timedelta(hours=1)
    )
    return flow


def fired(member: Membership, worker: Worker, flow: Flow) -> None:
    """Two alarms with their lamp, as the worker tells of them: the first notice was carried out after 400 ms."""
    now = ms(timezone.now()) or 0
    rows: list[dict[str, Any]] = []
    for number, at in enumerate((now - 1_800_000, now - 600_000)):
        told = {"node": "tell", "device": "v-oven-1", "kind": "notify", "key": f"t{number}", "time": at,
                "data": {"to": "v-boss", "text": f"Oven 1: {90 + number} °C"}}  # fmt: skip
        red = {"node": "red", "device": "v-lamp-1", "kind": "command", "key": f"r{number}", "time": at,
               "data": {"command": "v_set", "values": {"color": "red"}}}  # fmt: skip
        notice = {
            "node": "tell",
            "to": "v-boss",
            "text": told["data"]["text"],
            "key": f"t{number}",
            "device": "v-oven-1",
            "time": at,
        }  # type: ignore[index]
        for kind, data, delay in (("firing", told, 0), ("firing", red, 0), ("notice", notice, 5),
                                  ("effect", {**told, "sent": True, "outcome": "sent"}, 400 + 200 * number),
                                  ("effect", {**red, "sent": number == 0, "outcome": "sent" if number == 0 else "failed"}, 800)):  # fmt: skip
            rows.append({"seq": len(rows) + 1, "flow": str(flow.pk), "row": kind, "data": data, "at": at + delay})
    keep_rows(worker, rows)
    first = Notice.objects.of(member.workspace).get(key="t0")
    Notice.objects.of(member.workspace).filter(pk=first.pk).update(acked=first.time + timedelta(seconds=90))
    points = {"v-oven-1": {"time": now - 1_700_000, "data": {"temperature": 91.0}}}
    for step in range(20):
        points["v-oven-1"]["time"] = now - 1_700_000 + step * 60_000
        points["v-oven-1"]["data"] = {"temperature": 60.0 + step}
        recent.heard(str(member.workspace_id), points)


def made(api: Api, flow: Flow) -> str:
    answer = api("POST", "/api/reports", {"flow": str(flow.pk)})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def form(api: Api, id: str, **changed: Any) -> Any:
    """What the page's form sends."""
    given = {"title": "Ovens", "customer": "Acme", "remark": "", "lang": "en", "start": "", "until": "",
             "input_label": [], "input_name": [], "input_value": [], "input_unit": [],
             "result_label": [], "result_expr": [], "result_unit": [], **changed}  # fmt: skip
    return api.client.post(f"/reports/{id}/", {**given, "csrfmiddlewaretoken": api.csrf}, follow=True)


def test_a_report_counts_and_measures_what_the_worker_told(
    api: Api, member: Membership, worker: tuple[Worker, str], flow: Flow
) -> None:
    fired(member, worker[0], flow)
    id = made(api, flow)
    facts = Report.objects.of(member.workspace).get(pk=id).facts["en"]
    assert (facts["told"], facts["switched"], facts["failed"]) == (2, 2, 1)
    assert facts["effect"] == {"n": 3, "middle": 600, "most": 800}
    assert facts["acked"] == {"n": 1, "middle": 90_000, "most": 90_000}
    assert facts["counts"] == {"oven": 0, "hot": 0, "tell": 2, "red": 2}
    assert facts["hours"] == pytest.approx(1.0, abs=0.05)
    assert [lane["label"].split()[0] for lane in facts["lanes"]] == ["Oven"]
    assert "Lamp 1: set colour (red)" in [event["says"] for event in facts["events"]]
    Firing.objects.of(member.workspace).all().delete()
    text = api("GET", f"/reports/{id}/").content.decode()
    assert "Oven 1: 91 °C" in text, "what is thrown away later stays on the report"
    assert "600 ms" in text
    assert "1 min 30 s" in text


def test_savings_of_the_scenario_come_along_and_are_replaced_by_own_figures(
    api: Api, member: Membership, worker: tuple[Worker, str], flow: Flow
) -> None:
    fired(member, worker[0], flow)
    id = made(api, flow)
    assert "1,000" in api("GET", f"/reports/{id}/").content.decode(), "2 notices, half of 1000 each"
    page = form(api, id, input_label=["stop"], input_name=["stop"], input_value=["80,000"], input_unit=["JPY"],
                result_label=["Avoided", "Per hour", "Wrong", "None"],
                result_expr=["counts.tell * inputs.stop", "counts.tell / hours", "counts.nothing * 2.0", "'text'"],
                result_unit=["JPY", "", "", ""]).content.decode()  # fmt: skip
    assert re.search(r"160,000\s*<small>JPY", page)
    assert "Acme" in page
    assert "It gives no number." in page
    assert page.count('class="wrong"') == 2
    worse = form(api, id, input_label=["x"], input_name=["X y"], input_value=["1"], input_unit=[""]).content.decode()
    assert "cannot be used: X y" in worse


def test_an_expression_is_the_products_own_and_nothing_else() -> None:
    lines = [
        {"label": "a", "unit": "", "expr": expr} for expr in ("__import__('os')", "inputs.a + hours", "1.0 / 0.0", "")
    ]
    found = worth(lines, [{"name": "a", "value": 2.5}], {}, 4.0, "en")
    assert [one["value"] for one in found] == [None, 6.5, None, None]
    assert all(one["problem"] for one in found if one["value"] is None)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_link_shows_the_sheet_to_a_guest_until_it_is_revoked(
    api: Api, member: Membership, worker: tuple[Worker, str], flow: Flow, lang: str
) -> None:
    fired(member, worker[0], flow)
    id = made(api, flow)
    form(api, id, lang=lang, customer="山田工業")
    link = api("POST", f"/api/reports/{id}/links", {"days": 7}).json()
    guest = Client()
    answer = guest.get(link["url"])
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in text
    assert ("山田工業 御中" if lang == "ja" else "For 山田工業") in text
    assert "<form" not in text
    assert "<a " not in text
    assert answer["Referrer-Policy"] == "no-referrer"
    assert link["url"] not in json.dumps(api("GET", f"/api/reports/{id}/links").json())
    assert api("DELETE", f"/api/reports/{id}/links/{link['id']}").status_code == 204
    assert guest.get(link["url"]).status_code == 404


def test_only_owners_share_and_strangers_see_nothing(
    api: Api, api_of: Callable[[Membership], Api], member: Membership, stranger: Membership, flow: Flow
) -> None:
    id = made(api, flow)
    assert api_of(colleague(member, MEMBER))("POST", f"/api/reports/{id}/links", {}).status_code == 403
    theirs = api_of(stranger)
    assert theirs("GET", f"/reports/{id}/").status_code == 404
    assert theirs("DELETE", f"/api/reports/{id}").status_code == 404
    assert theirs("POST", "/api/reports", {"flow": str(flow.pk)}).status_code == 404
    assert api("DELETE", f"/api/reports/{id}").status_code == 204
    assert not Report.objects.of(member.workspace).exists()


def test_a_flow_of_ones_own_begins_without_savings_and_another_period_counts_anew(
    api: Api, member: Membership, worker: tuple[Worker, str], flow: Flow
) -> None:
    mine = commands.new_flow(member, document=document())
    report = Report.objects.of(member.workspace).get(pk=made(api, mine))
    assert (report.inputs, report.results) == ([], [])
    fired(member, worker[0], flow)
    id = made(api, flow)
    assert Report.objects.of(member.workspace).get(pk=id).results[0]["expr"] == ABOUT["savings"]["results"][0]["expr"]
    zone = Report.objects.of(member.workspace).get(pk=id).workspace.zone
    assert zone == "Asia/Tokyo"
    now = timezone.now().astimezone(ZoneInfo(zone))
    late = (now - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M")
    form(api, id, start=late, until=now.strftime("%Y-%m-%dT%H:%M"))
    assert Report.objects.of(member.workspace).get(pk=id).facts["en"]["told"] == 1


def played(demo: Demo, length: int) -> None:
    """So many milliseconds at once, with the first fault on."""
    demo.pause(True)
    demo.switch("1", True)
    with demo.lock:
        for alert in demo.stage.take(demo.play.advance(length)):
            demo._record_alert(alert)


def test_a_report_of_a_demo_tells_of_its_play(api: Api, member: Membership) -> None:
    found = running.opened(scenario_of("oven"), member.workspace_id, member.user_id)
    try:
        demo = found.demo
        played(demo, 120_000)
        assert demo.id in api("GET", "/reports/").content.decode()
        id = api("POST", "/api/reports", {"demo": demo.id}).json()["id"]
        facts = Report.objects.of(member.workspace).get(pk=id).facts["ja"]
        assert (facts["told"], facts["switched"]) == (1, 1)
        assert facts["after_fault"]["n"] == 2
        assert [lane["label"] for lane in facts["lanes"]] == ["炉1 温度"]
        assert "500" in api("GET", f"/reports/{id}/").content.decode(), "half of 1000 for one notice"
        assert api("POST", "/api/reports", {"demo": "nothing"}).status_code == 404
    finally:
        running.forget(found.demo.id)


def test_a_report_of_a_demo_has_its_clock_its_savings_in_english_too_and_no_command_that_nobody_approved(
    api: Api, member: Membership, settings: Any
) -> None:
    settings.GALLERY = GALLERY
    energy = scenario_of("energy")
    english = compiled_in_english(energy)
    found = running.opened(energy, member.workspace_id, member.user_id, english)
    try:
        demo = found.demo
        played(demo, 1_800_000)
        reports = [
            Report.objects.of(member.workspace).get(pk=api("POST", "/api/reports", {"demo": demo.id}).json()["id"])
        ]
        demo.approve(next(iter(demo.play.pending)))
        reports.append(
            Report.objects.of(member.workspace).get(pk=api("POST", "/api/reports", {"demo": demo.id}).json()["id"])
        )
        before, after = (report.facts["en"] for report in reports)
        assert (before["switched"], after["switched"]) == (0, 1)
        assert "once a person approves" in before["events"][-1]["says"]
        assert after["approved"]["n"] == 1
        page = api("GET", f"/reports/{reports[1].pk}/").content.decode()
        assert "2026-01-05 12:30" in page, "as the clock of the demo shows it, not the workspace's"
        assert "There is no" not in page
        assert after["kept"] == sum(demo.stage.counts.values()) - 2
        assert {node["id"] for node in energy.flow["nodes"]} <= set(after["counts"])
    finally:
        running.forget(found.demo.id)


def compiled_in_english(scenario: Scenario) -> dict[str, Any]:
    """A flow whose nodes are called otherwise than those by which savings are reckoned."""
    made = said(scenario, scenario.prompts.prompts[0].en, "en")
    assert made.document is not None
    assert {node["id"] for node in made.document["nodes"]} != {node["id"] for node in scenario.flow["nodes"]}
    return made.document
