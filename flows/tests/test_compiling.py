"""Compile jobs: asked for, told live, cancelled, never left hanging."""

import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from flows import commands
from flows.compiling import compile_job
from flows.models import Flow, FlowVersion, Job, Membership
from flows.tasks import compile_flow
from flows.tests.conftest import Api

SENTENCE = "When a kiln stays above 80 °C for 30 seconds, notify the shift channel."


def wait_for(api: Api, job: str, seconds: float = 60.0) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found: dict[str, Any] = api("GET", f"/api/jobs/{job}").json()
        if found["status"] not in ("waiting", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError("the job did not end")


@pytest.mark.django_db(transaction=True)
def test_a_sentence_becomes_a_document_by_a_job(api: Api) -> None:
    flow = api("POST", "/api/flows", {}).json()["id"]
    asked = api("POST", f"/api/flows/{flow}/compile", {"prompt": SENTENCE, "lang": "en", "edit": False})
    assert asked.status_code == 202
    done = wait_for(api, asked.json()["job"])
    assert done["status"] == "done"
    assert done["result"]["author"] == "phrasebook"
    assert [node["kind"] for node in done["result"]["document"]["nodes"]] == ["devices", "threshold", "notify"]
    now = api("GET", f"/api/flows/{flow}").json()
    assert now["author"] == "phrasebook"
    assert now["job"]["result"]["document"], "whoever opens the flow now takes the document from the job"
    assert [turn["role"] for turn in now["turns"]] == ["person"]


def test_an_edit_is_made_of_the_draft_as_it_was_when_it_was_asked_for(
    api: Api, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.jobs.submit", lambda job: None)
    kilns = [{"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}]
    flow = commands.new_flow(member, document={"suiro": 1, "name": "As asked", "nodes": kilns})
    job = api("POST", f"/api/flows/{flow.id}/compile", {"prompt": SENTENCE, "lang": "en", "edit": True}).json()["job"]
    since = {"document": {"suiro": 1, "name": "Changed since", "nodes": []}, "revision": flow.revision}
    assert api("PUT", f"/api/flows/{flow.id}", since).status_code == 200
    compile_job(job)
    told = api("GET", f"/api/jobs/{job}").json()
    assert told["wish"]["document"]["name"] == told["result"]["document"]["name"] == "As asked"


@pytest.fixture
def flow(member: Membership) -> Flow:
    return commands.new_flow(member)


def waiting(member: Membership, flow: Flow, **facts: Any) -> Job:
    facts = {"deadline": timezone.now() + timedelta(minutes=1), **facts}
    return Job.objects.add(
        member.workspace, kind="compile", flow=flow, wish={"prompt": SENTENCE, "lang": "en"}, **facts
    )


def test_a_job_that_was_cancelled_while_it_waited_is_not_begun(member: Membership, flow: Flow) -> None:
    job = waiting(member, flow)
    assert commands.cancel_job(member, job.id).status == "cancelled"
    compile_job(str(job.id))
    job.refresh_from_db()
    assert (job.status, job.result) == ("cancelled", None)


def test_a_job_that_is_cancelled_while_it_runs_ends(member: Membership, flow: Flow) -> None:
    job = waiting(member, flow, cancel_asked=True)
    compile_job(str(job.id))
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_a_job_past_its_deadline_fails(member: Membership, flow: Flow) -> None:
    job = waiting(member, flow, deadline=timezone.now())
    compile_job(str(job.id))
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_job_is_done_by_one_alone(member: Membership, flow: Flow) -> None:
    job = waiting(member, flow, status=Job.Status.RUNNING)
    compile_job(str(job.id))
    job.refresh_from_db()
    assert job.status == "running"


def test_no_more_jobs_wait_than_may(api: Api, member: Membership, flow: Flow, settings: LazySettings) -> None:
    settings.JOBS_WAITING = 1
    waiting(member, flow)
    assert api("POST", f"/api/flows/{flow.id}/compile", {"prompt": "x"}).status_code == 429


def test_jobs_that_a_stopped_server_left_behind_are_failed(member: Membership, flow: Flow) -> None:
    job = waiting(member, flow, status=Job.Status.RUNNING)
    assert commands.fail_abandoned_jobs() == 1
    job.refresh_from_db()
    assert (job.status, job.problem) == ("failed", "restarted")


def test_a_model_is_ready_once_it_is_set_up(api: Api, member: Membership) -> None:
    ready = {author["id"]: author["ready"] for author in api("GET", "/api/authors").json()}
    assert ready == {"phrasebook": True, "model": False}
    commands.set_author_model(member, base_url="http://127.0.0.1:9/v1", model="m", key="k")
    ready = {author["id"]: author["ready"] for author in api("GET", "/api/authors").json()}
    assert ready == {"phrasebook": True, "model": True}
    answer = api("POST", "/api/authors/model/test").json()
    assert answer["ok"] is False
    assert answer["detail"]


def test_a_job_whose_task_cannot_even_be_loaded_is_failed(
    member: Membership, flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = waiting(member, flow)
    monkeypatch.setitem(sys.modules, "flows.compiling", None)
    compile_flow.run(str(job.id))
    job.refresh_from_db()
    assert (job.status, job.problem) == ("failed", "author_away")


@pytest.mark.django_db(transaction=True)
def test_who_wrote_a_flow_is_kept_with_its_versions_and_whether_a_person_changed_it(api: Api) -> None:
    flow = api("POST", "/api/flows", {}).json()["id"]
    path = f"/api/flows/{flow}"
    job = api("POST", f"{path}/compile", {"prompt": SENTENCE, "lang": "en"}).json()["job"]
    written = wait_for(api, job)["result"]["document"]
    laid_out = {**written, "layout": {"x": {"x": 1, "y": 2}}}
    assert api("PUT", path, {"document": laid_out, "revision": 1}).status_code == 200
    assert api("GET", path).json()["author"] == "phrasebook"
    assert api("POST", f"{path}/deploy", {}).status_code == 200
    assert FlowVersion.everywhere.get().author == "phrasebook"
    changed = {**written, "description": "mine"}
    assert api("PUT", path, {"document": changed, "revision": 2}).status_code == 200
    assert api("GET", path).json()["author"] == "phrasebook:edited"
    row = api("GET", "/api/flows").json()[0]
    assert (row["author"], row["edited"]) == ("phrasebook", True)
    assert "written by the phrasebook, edited by hand" in api("GET", "/flows/").content.decode()
    assert api("PUT", path, {"document": laid_out, "revision": 3}).status_code == 200
    assert api("GET", path).json()["author"] == "phrasebook"


@pytest.mark.django_db(transaction=True)
def test_a_question_about_the_flow_is_answered_from_what_was_said_and_changes_nothing(api: Api) -> None:
    flow = api("POST", "/api/flows", {}).json()["id"]
    path = f"/api/flows/{flow}"

    def asked(prompt: str, **more: Any) -> dict[str, Any]:
        job = api("POST", f"{path}/compile", {"prompt": prompt, "lang": "en", **more}).json()["job"]
        result: dict[str, Any] = wait_for(api, job)["result"]
        return result

    written = asked(SENTENCE)["document"]
    assert api("PUT", path, {"document": {**written, "description": "mine"}, "revision": 1}).status_code == 200
    why = asked("Why did you use 80?", edit=True)
    assert (why["asked"], why["document"], why["problems"]) == ("why", None, [])
    assert "“80 °C”" in why["explanation"]
    chosen = written["nodes"][1]["id"]
    assert asked("What does this node do?", edit=True, about=[chosen])["about"] == [chosen]
    now = api("GET", path).json()
    assert now["author"] == "phrasebook:edited"
    assert now["document"]["nodes"] == written["nodes"]
    assert [turn["role"] for turn in now["turns"]] == ["person", "author"] * 3
    assert api("PUT", path, {"document": written, "revision": 2}).status_code == 200
    assert api("GET", path).json()["author"] == "phrasebook"
