"""Somebody hears it: what goes wrong is noticed once, told once, and told again when it is over."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from flows import sending
from flows.commands import incidents
from flows.commands.incidents import heal_incident, look_after, raise_incident
from flows.commands.workers import worker_left, worker_said_hello, worker_status, worker_trouble
from flows.incident_words import Kind, length
from flows.models import Destination, Flow, Incident, Membership, Notice, Worker
from flows.sealing import seal
from flows.tests.conftest import Api
from flows.tests.test_sockets import NOW, page_line, row, running, worker_line  # noqa: F401
from runtime.worker import Worker as RunningWorker
from tests.brokers import wait_until
from tests.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
FINE = {"broker": {"connected": True, "url": "mqtt://b:1883"}, "flows": {}}
LOST = {"broker": {"connected": False, "url": "mqtt://b:1883", "detail": "connection refused"}, "flows": {}}
DEAF = {**FINE, "broker": {**FINE["broker"], "refused": ["plant/#"]}, "cameras": {"kiln-1": "the camera said 503"}}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on by a microsecond a look: how long something lasted is told to the second, however busy the machine is."""
    began, looks = timezone.now(), itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(microseconds=next(looks)))


def told(member: Membership) -> list[str]:
    return [notice.text for notice in Notice.objects.of(member.workspace).order_by("seq")]


def later(member: Membership, **by: float) -> None:
    """As if everything had happened earlier."""
    by_now = timedelta(**by)
    for one in Incident.objects.of(member.workspace):
        one.since, one.tell_at = one.since - by_now, one.tell_at - by_now
        one.healed = one.healed - by_now if one.healed else None
        one.save()


@pytest.fixture
def here(member: Membership, worker: tuple[Worker, str]) -> Worker:
    """A worker that is connected and fine."""
    worker_said_hello(worker[0], 0, "o1", run="r1")
    worker_status(worker[0], FINE)
    return worker[0]


def test_a_worker_that_stays_away_is_told_after_a_minute_and_that_it_is_back_with_how_long(
    member: Membership, here: Worker
) -> None:
    worker_left(here)
    look_after(member.workspace)
    assert told(member) == []
    later(member, minutes=12)
    look_after(member.workspace)
    look_after(member.workspace)
    assert told(member) == ["The worker “local” is not connected any more."]
    worker_said_hello(here, 0, "o1", run="r2")
    assert told(member)[1:] == ["The worker “local” is connected again, after 12 min."]
    assert {notice.to for notice in Notice.objects.of(member.workspace)} == {"system"}


def test_a_restart_is_told_to_nobody(member: Membership, here: Worker) -> None:
    worker_left(here)
    later(member, seconds=20)
    look_after(member.workspace)
    worker_said_hello(here, 0, "o1", run="r2")
    worker_status(here, LOST)  # before its broker has answered
    worker_status(here, FINE)
    later(member, minutes=5)
    look_after(member.workspace)
    assert told(member) == []
    worker_status(here, LOST)
    later(member, seconds=31)
    look_after(member.workspace)
    assert len(told(member)) == 1, "and makes nobody deaf to what follows"


def test_a_worker_whose_line_hangs_is_lost_too(member: Membership, here: Worker) -> None:
    Worker.objects.of(member.workspace).update(seen=timezone.now() - timedelta(seconds=80))
    look_after(member.workspace)
    later(member, minutes=2)
    look_after(member.workspace)
    assert told(member) == ["The worker “local” is not connected any more."]


def test_what_flutters_is_told_once_until_it_lasts(member: Membership, here: Worker) -> None:
    for _ in range(20):
        worker_status(here, LOST)
        later(member, seconds=40)
        look_after(member.workspace)
        worker_status(here, FINE)
    assert told(member) == [
        "The worker “local” cannot reach the broker: connection refused",
        "The worker “local” reaches the broker again, after 40 s.",
    ]
    worker_status(here, LOST)
    later(member, minutes=11)
    look_after(member.workspace)
    assert len(told(member)) == 3


def test_a_full_disk_and_a_client_id_that_is_taken_are_told_at_once(member: Membership, here: Worker) -> None:
    worker_trouble(here, "the store cannot be written: disk is full")
    worker_trouble(here, "the store cannot be written: disk is full")
    worker_trouble(here, "")
    taken = {"connected": False, "url": "mqtt://b", "detail": "another client", "code": "taken_over"}
    worker_status(here, {"broker": taken, "flows": {}})
    worker_status(here, FINE)
    assert told(member) == [
        "The worker “local” takes no messages until its disk is writable again: the store cannot be written: disk is full",
        "The worker “local” writes to its disk again, after 1 s.",
        "Another client uses the broker session of the worker “local”: another client",
        "The worker “local” has its broker session for itself again, after 1 s.",
    ]


def says(worker: Worker, state: str, waiting: int) -> None:
    """What a worker says of the destination."""
    ways = [{"id": "shift", "service": "slack", "state": state, "waiting": waiting, "on_disk": 0}]
    worker_status(worker, {**FINE, "destinations": ways})


def test_a_destination_is_lost_when_its_breaker_opens_and_back_when_nothing_waits_any_more(
    member: Membership,
    here: Worker,
    running: str,  # noqa: F811
) -> None:
    says(here, "closed", 3)
    assert told(member) == []
    says(here, "open", 3)
    says(here, "half_open", 3)
    says(here, "open", 4)
    says(here, "closed", 4)
    look_after(member.workspace)
    assert told(member) == ["The destination “shift” does not answer. What goes there waits."]
    says(here, "closed", 0)
    assert told(member)[1:] == ["The destination “shift” answers again, after 1 s."]


def test_what_a_destination_refuses_is_told_once_until_it_takes_something(
    server: str,
    member: Membership,
    worker: Any,
    running: str,  # noqa: F811
) -> None:
    def effect(seq: int, key: str, sent: bool, detail: str = "") -> dict[str, Any]:
        facts = {"sent": sent, "outcome": "sent" if sent else "failed", "detail": detail, "data": {"to": "shift"}}
        return row(seq, running, "effect", node="tell", kind="notify", device=None, time=NOW, key=key, **facts)

    with worker_line(server, worker[1]) as line:
        rows = [effect(1, "a", False, "it answers 404"), effect(2, "b", False, "it answers 404")]
        line.say(t="batch", rows=rows)
        line.wait("ack", fits=lambda m: m["seq"] == 2)
        assert told(member) == ["What goes to “shift” does not arrive: it answers 404"]
        line.say(t="batch", rows=[effect(3, "c", True)])
        line.wait("ack", fits=lambda m: m["seq"] == 3)
        assert told(member)[1:] == ["What goes to “shift” arrives again, after 1 s."]


@pytest.fixture
def slack(member: Membership, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
    monkeypatch.setattr(sending, "PAUSES", (0.0, 0.1, 0.1))
    with Receiver() as receiver:
        made = Destination(workspace=member.workspace, ref="duty", service="webhook", label={"en": "Duty"})
        made.sealed_address = seal(receiver.url, made.purpose())
        made.save()
        yield receiver


def test_the_chosen_destinations_hear_it_as_well_and_are_tried_again(
    member: Membership, api: Api, slack: Receiver
) -> None:
    page = api.client.get("/settings/").content.decode()
    assert "Duty" in page
    post = {"told": ["duty", "nobody"], "csrfmiddlewaretoken": api.csrf}
    assert api.client.post("/settings/told/", post, headers={"X-CSRFToken": api.csrf}).status_code == 302
    member.workspace.refresh_from_db()
    assert member.workspace.system_destinations == ["duty"]
    slack.answers = [(503, {}), (200, {})]
    raise_incident(member.workspace, Kind.STORE, "w", name="local", detail="full")
    wait_until(lambda: len(slack.received) == 2, 10)
    texts = [body["text"] for _, _, body in slack.received]
    assert texts == ["The worker “local” takes no messages until its disk is writable again: full"] * 2
    assert len({headers.get("Idempotency-Key") for _, headers, _ in slack.received}) == 1


def test_a_destination_does_not_hear_of_its_own_loss(member: Membership, slack: Receiver) -> None:
    member.workspace.system_destinations = ["duty"]
    member.workspace.save()
    raise_incident(member.workspace, Kind.DESTINATION, "duty", name="Duty")
    heal_incident(member.workspace, Kind.DESTINATION, "duty")
    wait_until(lambda: len(slack.received) == 1, 10)
    assert "answers again" in slack.received[0][2]["text"]


def test_incidents_are_shown_on_the_workers_page_in_the_readers_language(member: Membership, api: Api) -> None:
    raise_incident(member.workspace, Kind.STORE, "w", name="local", detail="full")
    raise_incident(member.workspace, Kind.BROKER, "w", name="local", detail="gone")
    heal_incident(member.workspace, Kind.STORE, "w")
    first, second = api("GET", "/api/incidents").json()
    assert (first["kind"], first["healed"]) == ("broker", None)
    assert (second["kind"], second["length"]) == ("store", "1 s")
    assert 'id="incident-list"' in api.client.get("/workers/").content.decode()
    member.lang = "ja"
    member.save()
    texts = [one["text"] for one in api("GET", "/api/incidents").json()]
    assert texts[0] == "ワーカー「local」がブローカーに接続できません:gone"


def test_old_incidents_are_forgotten(member: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incidents, "KEPT", 3)
    for count in range(6):
        raise_incident(member.workspace, Kind.STORE, str(count), name="local")
        heal_incident(member.workspace, Kind.STORE, str(count))
    assert Incident.objects.of(member.workspace).count() == 3


@pytest.mark.parametrize(
    ("passed", "said"),
    [(0, "1 s"), (59, "59 s"), (61, "1 min"), (3_599, "59 min"), (11_100, "3 h 5 min"), (187_200, "2 d 4 h")],
)
def test_lengths_are_said_as_people_do(passed: int, said: str) -> None:
    assert length(timedelta(seconds=passed)) == said


# --- which process may act --------------------------------------------------------------------------------------------


def test_a_newer_process_fences_the_older_one_whose_rows_are_refused(
    server: str,
    api: Api,
    member: Membership,
    worker: Any,
    running: str,  # noqa: F811
) -> None:
    with worker_line(server, worker[1]) as old:
        assert old.wait("epoch")["epoch"] == 1
        old.wait("deploy")
        with worker_line(server, worker[1]) as new:
            assert new.wait("epoch")["epoch"] == 2
            assert old.wait("fenced")["epoch"] == 2
            old.say(t="batch", rows=[row(1, running, "notice", node="tell", to="shift", text="x", time=NOW, key="k")])
            old.say(t="status", broker={}, flows={"x": {}})
            old.nothing("ack")
            assert Notice.objects.of(member.workspace).count() == 0
            api("POST", f"/api/flows/{running}/stop")
            assert new.wait("stop")["flow"] == running
            old.nothing("stop")
            wait_until(lambda: Incident.objects.of(member.workspace).filter(kind="twin", healed=None).exists(), 5)
        new.socket.close()
    wait_until(lambda: not Incident.objects.of(member.workspace).filter(kind="twin", healed=None).exists(), 5)


def test_of_two_real_workers_with_one_identity_the_older_one_stands_still(
    server: str, member: Membership, worker: tuple[Worker, str], tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(worker[1])
    url, made = f"ws://{server}/ws/worker", []

    def start(store: str) -> RunningWorker:
        made.append(RunningWorker(url, tmp_path / "token", tmp_path / store, "w"))
        made[-1].start()
        return made[-1]

    first = start("a")
    wait_until(lambda: first.fence.epoch == 1, 10)
    second = start("b")
    wait_until(lambda: second.fence.epoch == 2 and first.host.halted, 10)
    assert first.fence.fenced
    assert not second.host.halted
    second.stop()
    first.stop()
    again = start("a")
    wait_until(lambda: again.fence.epoch == 3 and not again.host.halted, 10)
    assert not again.fence.fenced
    again.stop()


def test_the_same_process_keeps_its_epoch_and_one_that_lost_its_place_does_not_get_it_back(
    server: str, member: Membership, worker: Any
) -> None:
    row_of = worker[0]
    assert worker_said_hello(row_of, 0, "o1", run="a") == 1
    assert worker_said_hello(row_of, 0, "o1", run="a", first=False, epoch=1) == 1
    assert worker_said_hello(row_of, 0, "o1", run="b") == 2
    with worker_line(server, worker[1], run="a", first=False, epoch=1) as line:
        line.wait("fenced")
        line.nothing("epoch")
    assert worker_said_hello(row_of, 0, "o1", run="a", first=True, epoch=1) == 3


def test_after_a_back_up_was_restored_a_worker_that_knows_better_is_let_in(worker: Any) -> None:
    assert worker_said_hello(worker[0], 0, "o1", run="a", first=False, epoch=7) == 8


# --- roll-back --------------------------------------------------------------------------------------------------------


def again(api: Api, flow: str) -> int:
    """The same flow as another version."""
    return int(api("POST", f"/api/flows/{flow}/deploy", {}).json()["version"])


def test_a_version_that_was_rolled_back_is_shown_told_and_not_sent_again(
    server: str,
    api: Api,
    member: Membership,
    worker: Any,
    running: str,  # noqa: F811
) -> None:
    assert again(api, running) == 2
    about = {"version": 2, "to": 1, "code": "rolled_back", "args": {"failed": 11, "count": 12}}
    with worker_line(server, worker[1]) as line, page_line(server, api) as page:
        line.wait("deploy", fits=lambda m: m["version"] == 2)
        line.say(t="flow", flow=running, version=1, status="rolled_back", refused=2, problems=[{"message": "m"}])
        line.say(t="batch", rows=[row(1, running, "rolled_back", **about)])
        line.wait("ack", fits=lambda m: m["seq"] == 1)
        assert page.wait("flow", fits=lambda m: m["status"] == "rolled_back")["version"] == 1
    shown = api("GET", f"/api/flows/{running}").json()
    assert (shown["status"], shown["deployed"]["version"]) == ("rolled_back", 1)
    assert shown["status_problems"] == [{"message": "m"}]
    assert told(member) == ["“Kiln”: Version 2 failed at 11 of its first 12 events. Version 1 goes on where it began."]
    with worker_line(server, worker[1]) as line:
        assert line.wait("deploy")["version"] == 1
    assert again(api, running) == 3
    with worker_line(server, worker[1]) as line:
        line.say(t="flow", flow=running, version=3, status="running", problems=[])
        line.say(t="batch", rows=[])
        line.wait("ack")
        line.wait("ack")
    assert told(member)[1:] == ["“Kiln” runs a new version, after 1 s."]


def test_a_late_word_of_an_earlier_roll_back_changes_nothing(
    server: str,
    api: Api,
    member: Membership,
    worker: Any,
    running: str,  # noqa: F811
) -> None:
    assert (again(api, running), again(api, running)) == (2, 3)
    about = {"version": 2, "to": 1, "code": "rolled_back", "args": {"failed": 11, "count": 12}}
    with worker_line(server, worker[1]) as line:
        line.say(t="flow", flow=running, version=1, status="rolled_back", refused=2, problems=[])
        line.say(t="batch", rows=[row(1, running, "rolled_back", **about)])
        line.wait("ack", fits=lambda m: m["seq"] == 1)
    flow = Flow.objects.of(member.workspace).select_related("deployed").get(pk=running)
    assert flow.deployed is not None
    assert flow.deployed.number == 3
    assert told(member) == []


def test_a_topic_that_the_broker_refuses_and_a_camera_without_pictures_are_told_and_heal(
    member: Membership, here: Worker
) -> None:
    worker_status(here, DEAF)
    look_after(member.workspace)
    assert told(member) == [], "the next picture may come"
    later(member, minutes=2)
    worker_status(here, DEAF)
    look_after(member.workspace)
    begun = {
        "Nothing comes from “plant/#”: the broker does not let the worker “local” listen there",
        "Nothing comes from “Kiln 1”: the camera said 503",
    }
    assert set(told(member)) == begun
    worker_status(here, FINE)
    assert set(told(member)) - begun == {
        "What comes from “plant/#” is taken again, or wanted no more, after 2 min.",
        "What comes from “Kiln 1” is taken again, or wanted no more, after 2 min.",
    }


def test_a_hundred_cameras_lost_at_once_are_no_storm(member: Membership, here: Worker) -> None:
    worker_status(here, {**FINE, "cameras": {f"cam-{number}": "away" for number in range(100)}})
    assert Incident.objects.of(member.workspace).count() == 20


def test_the_line_of_a_worker_carries_what_it_says_of_topics_and_cameras(
    server: str, member: Membership, worker: tuple[Worker, str]
) -> None:
    with worker_line(server, worker[1]) as line:
        line.wait("ack")
        line.say(t="status", **DEAF)
        lost = Incident.objects.of(member.workspace).filter(kind=Kind.SOURCE)
        wait_until(lambda: {row.name for row in lost.all()} == {"plant/#", "Kiln 1"}, 10)
