"""What workers say, kept: who is connected, how their flows are, and the rows of their outboxes."""

import logging
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.db import DataError, transaction
from django.utils import timezone

from document.problems import say
from flows import live
from flows.commands.approvals import ask_approval, close_approval
from flows.commands.asks import asks_kept, keep_ask, keep_asks_more
from flows.commands.firings import thin_firings, thin_stored
from flows.commands.incidents import heal_incident, look_at, raise_incident, sending_ended
from flows.commands.letters import forget_letter, keep_letter, letters_changed
from flows.commands.measuring import keep_tally
from flows.commands.notices import put_notice
from flows.incident_words import Kind
from flows.models import Firing, Flow, Notice, Snooze, StoredRow, TraceProblem, Worker, Workspace
from nodes.kit.picture import PICTURE, sha256_of

log = logging.getLogger(__name__)
Row = dict[str, Any]
KEPT_PROBLEMS = 2_000
"""How many problems of one flow are kept."""
STORED_BETWEEN = 1_000
"""Stored rows of a flow between two looks at how many there are."""
NOT_KEPT = (KeyError, TypeError, ValueError, OverflowError, DataError)
"""What a row that makes no sense, or that the database does not take, comes to: the others are kept."""
_stored_since: Counter[str] = Counter()


class Fenced(Exception):
    """A newer process has signed in with this identity: what the older one says is not taken."""


def worker_said_hello(
    worker: Worker, seq: int, outbox: str = "", *, run: str = "", first: bool = True, epoch: int = 0
) -> int:
    """It is here. Returns its epoch: the one it had for the same process (`run`), a new one for a process that says hello
    for the `first` time, or that knows of a later one than we (`epoch`) as after a back-up was restored. An outbox with
    another id, or one that counts less than is kept here, is new: count anew. Raises Fenced."""
    with transaction.atomic():
        row = Worker.objects.of(worker.workspace).select_for_update().get(pk=worker.pk)
        if not run or row.run != run:
            if not first and epoch <= row.epoch:
                raise Fenced
            row.epoch, row.run = max(row.epoch, epoch) + 1, run[:64]
        if seq < row.last_seq or (outbox and row.outbox and outbox != row.outbox):
            row.last_seq = 0
        row.connected, row.seen, row.outbox = True, timezone.now(), outbox[:64] or row.outbox
        row.save(update_fields=["connected", "seen", "last_seq", "outbox", "epoch", "run", "updated"])
        worker.last_seq, worker.epoch = row.last_seq, row.epoch
        heal_incident(row.workspace, Kind.WORKER, str(row.id))
        _tell_pages(row)
    live.tell_worker(worker.id, "fence", epoch=row.epoch)
    return row.epoch


def worker_alive(worker: Worker) -> None:
    """It says nothing but that it is there."""
    Worker.objects.of(worker.workspace).filter(pk=worker.pk).update(connected=True, seen=timezone.now())


def worker_trouble(worker: Worker, text: str) -> None:
    """Its store refuses, in words, or takes again (empty)."""
    worker.refresh_from_db()
    worker_status(worker, {**worker.status, "trouble": text})


def twins(worker: Worker, *, apart: bool) -> None:
    """An older process with this identity was fenced while it was connected, or it is gone now."""
    if apart:
        heal_incident(worker.workspace, Kind.TWIN, str(worker.id))
    else:
        raise_incident(worker.workspace, Kind.TWIN, str(worker.id), name=worker.name, worker=worker)


def worker_left(worker: Worker) -> None:
    Worker.objects.of(worker.workspace).filter(pk=worker.pk).update(connected=False, seen=timezone.now())
    worker.refresh_from_db()
    look_at(worker)
    _tell_pages(worker)


def worker_status(worker: Worker, status: dict[str, Any]) -> None:
    Worker.objects.of(worker.workspace).filter(pk=worker.pk).update(status=status, connected=True, seen=timezone.now())
    worker.refresh_from_db()
    look_at(worker)
    _tell_pages(worker)


def flow_reported(worker: Worker, report: dict[str, Any]) -> None:
    """What the worker says of one flow: running, stopped, failed or rolled back, with problems."""
    flow = Flow.objects.of(worker.workspace).filter(pk=str(report.get("flow"))).first()
    if flow is None:
        return
    status = str(report.get("status"))
    if status not in Flow.Status.values or (status == Flow.Status.STOPPED and flow.wanted):
        return
    if status == Flow.Status.ROLLED_BACK and not _back_to(flow, report.get("refused"), report.get("version")):
        return
    flow.now_is(status)
    flow.status_problems = report.get("problems") or []
    flow.save(update_fields=["status", "status_since", "status_problems", "deployed"])
    if status in (Flow.Status.RUNNING, Flow.Status.STOPPED):
        heal_incident(flow.workspace, Kind.ROLLED_BACK, str(flow.id))
    live.to_browsers(
        worker.workspace_id,
        {"t": "flow", "flow": str(flow.id), "status": flow.status, "version": report.get("version"),
         "problems": flow.status_problems, "name": flow.name},
    )  # fmt: skip


def _back_to(flow: Flow, refused: Any, running: Any) -> bool:
    """Let what is deployed be what runs. False where the report is of another version than was deployed last."""
    deployed = flow.deployed.number if flow.deployed is not None else None
    if deployed == running:
        return True
    version = flow.versions.filter(number=running).first() if deployed == refused and isinstance(running, int) else None
    if version is None:
        return False
    flow.deployed = version
    return True


def keep_rows(worker: Worker, rows: list[Row], epoch: int | None = None) -> int:
    """Keep the numbered rows that are not kept yet, in one transaction. Returns the number to acknowledge. Raises Fenced
    where a newer process than that of `epoch` has signed in."""
    with transaction.atomic():
        known = Worker.objects.of(worker.workspace).select_for_update().get(pk=worker.pk)
        if epoch is not None and epoch < known.epoch:
            raise Fenced
        flows = {str(flow.id): flow for flow in Flow.objects.of(worker.workspace)}
        for row in rows:
            seq = row.get("seq")
            if not isinstance(seq, int) or seq <= known.last_seq:
                continue
            _keep(known.workspace, flows.get(str(row.get("flow"))), row)
            known.last_seq = seq
        known.save(update_fields=["last_seq", "updated"])
        _forget_old_problems(
            known.workspace, {str(row.get("flow")) for row in rows if row.get("row") == "problem"} & set(flows)
        )
        fired = {str(row.get("flow")) for row in rows if row.get("row") in ("firing", "effect")}
        for flow in fired & set(flows):
            thin_firings(known.workspace, flows[flow])
        asks_kept(known.workspace, flows, rows)
        _thin_stored(known.workspace, flows, rows)
        worker.last_seq = known.last_seq
        if any(row.get("row") in ("dead", "exhumed") for row in rows):
            letters_changed(known.workspace)
    return known.last_seq


def _thin_stored(workspace: Workspace, flows: dict[str, Flow], rows: list[Row]) -> None:
    """Seldom, because finding the oldest of very many takes a while."""
    for flow, many in Counter(str(row.get("flow")) for row in rows if row.get("row") == "stored").items():
        _stored_since[flow] += many
        if flow in flows and _stored_since[flow] >= STORED_BETWEEN:
            _stored_since[flow] = 0
            thin_stored(workspace, flows[flow])


def _keep(workspace: Workspace, flow: Flow | None, row: Row) -> None:
    data = row.get("data")
    if row.get("row") == "tally" and isinstance(data, dict):
        _keep_tally(workspace, data, row)
        return
    keep = _KEEPERS.get(str(row.get("row")))
    if keep is None or flow is None or not isinstance(data, dict):
        return  # a flow that is gone, or a row of a newer worker: nothing to show it on
    try:
        with transaction.atomic():
            keep(workspace, flow, data, row)
    except NOT_KEPT as failed:
        log.warning("row %s of flow %s was not kept: %r", row.get("seq"), flow.id, failed)


def _keep_tally(workspace: Workspace, data: Row, row: Row) -> None:
    """Of no flow alone: a model may be asked by many."""
    try:
        with transaction.atomic():
            keep_tally(workspace, data)
    except NOT_KEPT as failed:
        log.warning("row %s of a model was not kept: %r", row.get("seq"), failed)


def _keep_notice(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    key = str(data.get("key") or "")
    if key and Notice.objects.of(workspace).filter(flow=flow, key=key).exists():
        return
    put_notice(
        workspace,
        str(data.get("to", "")),
        str(data.get("text", "")),
        flow=flow,
        key=key,
        **_seen(data),
        **_place(data, row),
    )


def _seen(data: Row) -> dict[str, str]:
    """The picture of a notice."""
    return {"picture": sha256_of({PICTURE: data.get("picture")}) or ""}


def _keep_snoozed(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    """Nobody is told, and nothing is lost: it waits for nobody and can be looked up."""
    key = str(data.get("key") or "")
    if key and Notice.objects.of(workspace).filter(flow=flow, key=key).exists():
        return
    place = _place(data, row)
    snooze = _snooze_of(workspace, data.get("snooze"))
    about = {"snoozed": True, "snooze": snooze, "acked": place["time"], **_seen(data), **place}
    put_notice(workspace, str(data.get("to") or ""), str(data.get("text", "")), flow=flow, key=key, **about)


def _snooze_of(workspace: Workspace, id: Any) -> Snooze | None:
    try:
        return Snooze.objects.of(workspace).filter(pk=uuid.UUID(str(id))).first()
    except ValueError:
        return None


def _keep_stored(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    StoredRow.objects.add(workspace, flow=flow, fields=dict(data["fields"]), **_place(data, row))


def _keep_firing(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    """A firing may come twice, first as it happens and then with what came of it."""
    place = _place(data, row)
    facts = {"kind": str(data.get("kind", ""))[:64], "data": data.get("data") or {}, **place}
    if data.get("sent") is not None:
        facts |= {"sent": bool(data["sent"]), "detail": str(data.get("detail") or "")[:500]}
        facts |= {
            "outcome": str(data.get("outcome") or "")[:16],
            "done": moment(row.get("at")) if row.get("at") else None,
        }
        sending_ended(workspace, flow, data)
    if data.get("outcome") is not None:
        close_approval(workspace, flow, str(data["key"]), str(data["outcome"]))
    create = {"workspace": workspace, "flow": flow, **facts}
    Firing.objects.of(workspace).update_or_create(
        flow=flow, key=str(data["key"]), defaults=facts, create_defaults=create
    )
    if flow.last_firing is None or place["time"] > flow.last_firing:
        flow.last_firing = place["time"]
        Flow.objects.of(workspace).filter(pk=flow.pk).update(last_firing=place["time"])
        at = int(place["time"].timestamp() * 1000)
        live.to_browsers(
            workspace.id,
            {"t": "fired", "flow": str(flow.id), "node": place["node"], "device": place["device"], "time": at},
        )


def _keep_approval(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    ask_approval(workspace, flow, data, moment(data["expires"]), **_place(data, row))


def _keep_problem(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    args = data.get("args")
    TraceProblem.objects.add(
        workspace, flow=flow, code=str(data["code"])[:64], args=args if isinstance(args, dict) else {},
        **_place(data, row),
    )  # fmt: skip


def _keep_dead(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    made, expires = moment(data["created"]), data.get("expires")
    until = moment(expires) if expires is not None else None
    keep_letter(workspace, flow, data, made=made, expires=until, **_place(data, row))


def _forget_exhumed(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    forget_letter(workspace, flow, str(data["key"]))


def _keep_ask(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    keep_ask(workspace, flow, data, place=_place(data, row), at=moment(row["at"]))


def _keep_asks_more(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    keep_asks_more(workspace, flow, data, at=moment(row["at"]))


def _keep_rolled_back(workspace: Workspace, flow: Flow, data: Row, row: Row) -> None:
    args = data["args"] if isinstance(data.get("args"), dict) else {}
    text, _ = say(str(data["code"]), {**args, "version": data["version"], "to": data["to"]}, workspace.lang)
    if _back_to(flow, data["version"], data["to"]):
        Flow.objects.of(workspace).filter(pk=flow.pk).update(deployed=flow.deployed)
        raise_incident(workspace, Kind.ROLLED_BACK, str(flow.id), name=flow.name, detail=text, flow=flow)


_KEEPERS = {
    "rolled_back": _keep_rolled_back,
    "dead": _keep_dead,
    "exhumed": _forget_exhumed,
    "notice": _keep_notice,
    "snoozed": _keep_snoozed,
    "stored": _keep_stored,
    "firing": _keep_firing,
    "effect": _keep_firing,
    "problem": _keep_problem,
    "approval": _keep_approval,
    "asked": _keep_ask,
    "asked_more": _keep_asks_more,
}


def _forget_old_problems(workspace: Workspace, flows: set[str]) -> None:
    for flow in flows:
        old = (
            TraceProblem.objects.of(workspace)
            .filter(flow__id=flow)
            .order_by("-time")[KEPT_PROBLEMS : KEPT_PROBLEMS + 500]
        )
        if old:
            TraceProblem.objects.of(workspace).filter(pk__in=[row.pk for row in old]).delete()


def _place(data: Row, row: Row) -> dict[str, Any]:
    device = data.get("device")
    return {
        "node": str(data.get("node") or "")[:64],
        "device": str(device)[:64] if device is not None else None,
        "time": moment(data.get("time") if data.get("time") is not None else row.get("at")),
    }


def moment(value: Any) -> datetime:
    """A time in ms since the epoch, or RFC 3339 text. Raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000, UTC)
    read = datetime.fromisoformat(str(value))
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _tell_pages(worker: Worker) -> None:
    message = {"t": "worker", "id": str(worker.id), "name": worker.name, "connected": worker.connected}
    live.to_browsers(worker.workspace_id, {**message, **worker.status})
