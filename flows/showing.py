"""Rows as the API and the live socket show them. Times are ms since the epoch."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from document.export import version_of
from document.problems import say
from flows.incident_words import begun, length
from flows.models import (
    DeadLetter,
    Destination,
    Flow,
    FlowVersion,
    Incident,
    Job,
    Notice,
    PendingApproval,
    ReportLink,
    Snooze,
    Turn,
    Worker,
)

EDITED = ":edited"
"""Follows the author of a flow whose draft a person has changed since."""


def ms(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None


def name_of(user: Any) -> str | None:
    """What a person is called."""
    return (user.first_name or user.username) if user else None


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "id": str(notice.id),
        "seq": notice.seq,
        "flow": str(notice.flow_id) if notice.flow_id else None,
        "flow_name": notice.flow.name if notice.flow else None,
        "node": notice.node,
        "to": notice.to,
        "text": notice.text,
        "picture": notice.picture or None,
        "device": notice.device,
        "time": ms(notice.time),
        "acked": ms(notice.acked),
        "acked_by": name_of(notice.acked_by),
        "snoozed": notice.snoozed,
    }


def report_link_json(link: ReportLink) -> dict[str, Any]:
    """Never the secret part."""
    about = {"id": str(link.pk), "made": ms(link.created), "by": name_of(link.by)}
    return {**about, "expires": ms(link.expires), "opened": ms(link.opened)}


def snooze_json(row: Snooze, names: dict[str, str]) -> dict[str, Any]:
    """`count` notices and commands were held back because of it; `names` is what people call the devices."""
    return {
        "id": str(row.id),
        "flow": str(row.flow_id) if row.flow_id else None,
        "flow_name": row.flow.name if row.flow else None,
        "device": row.device,
        "device_name": names.get(row.device, row.device) if row.device else None,
        "start": ms(row.start),
        "until": ms(row.until),
        "commands": row.commands,
        "reason": row.reason,
        "by": name_of(row.by),
        "count": getattr(row, "count", 0),
    }


def approval_json(row: PendingApproval) -> dict[str, Any]:
    """`state` is waiting, approved, rejected, expired, or gone (its flow was stopped, or it could not be sent)."""
    over = row.state == PendingApproval.State.WAITING and row.expires <= timezone.now()
    return {
        "id": str(row.id),
        "flow": str(row.flow_id),
        "flow_name": row.flow.name,
        "node": row.node,
        "device": row.device,
        "command": row.command,
        "values": row.values,
        "text": row.text,
        "time": ms(row.time),
        "expires": ms(row.expires),
        "state": "expired" if over else row.state,
        "by": name_of(row.by),
        "answered": ms(row.answered),
    }


def letter_json(row: DeadLetter, lang: str) -> dict[str, Any]:
    """`reason` is said in `lang`; `over`: its time to live is over, so it cannot be replayed any more."""
    args = {"to": row.to, "detail": row.detail, **row.args}
    return {
        "id": str(row.id),
        "flow": str(row.flow_id),
        "flow_name": row.flow.name,
        "node": row.node,
        "device": row.device,
        "kind": row.kind,
        "action": row.action,
        "to": row.to,
        "key": row.key,
        "payload": row.payload,
        "made": ms(row.made),
        "time": ms(row.time),
        "attempts": row.attempts,
        "code": row.reason,
        "reason": say(row.reason, args, lang)[0],
        "detail": row.detail,
        "over": row.expires is not None and row.expires <= timezone.now(),
    }


def flow_row(flow: Flow) -> dict[str, Any]:
    """One line of the list; `flow.deployed` should be selected along."""
    return {
        "id": str(flow.id),
        "name": flow.name,
        "status": flow.status,
        "since": ms(flow.status_since),
        "version": flow.deployed.number if flow.deployed else None,
        "draft_differs": draft_differs(flow),
        "author": flow.author.partition(":")[0],
        "edited": flow.author.endswith(EDITED),
        "last_firing": ms(flow.last_firing),
        "updated": ms(flow.updated),
    }


def draft_differs(flow: Flow) -> bool:
    """Whether the draft would run otherwise than what was deployed (layout and notes do not count)."""
    if flow.deployed is None:
        return bool(flow.document.get("nodes"))
    return version_of(flow.document) != version_of(flow.deployed.running_document())


def version_json(version: FlowVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        "version": version.number,
        "document": version.running_document(),
        "at": ms(version.created),
        "by": name_of(version.by),
        "comment": version.comment,
    }


def turn_json(turn: Turn) -> dict[str, Any]:
    return {
        "id": str(turn.id),
        "role": turn.role,
        "text": turn.text,
        "author": turn.author,
        "compilation": turn.compilation,
        "at": ms(turn.created),
    }


def job_json(job: Job | None) -> dict[str, Any] | None:
    if job is None:
        return None
    return {
        "id": str(job.id),
        "status": job.status,
        "wish": job.wish,
        "progress": job.progress,
        "result": job.result,
        "problem": job.problem,
    }


def destination_json(row: Destination) -> dict[str, Any]:
    """Never the address; whether there is one."""
    return {
        "id": row.ref,
        "service": row.service,
        "label": row.label,
        "also": row.also,
        "has_address": bool(row.sealed_address) or row.service == "inbox",
    }


def incident_json(row: Incident) -> dict[str, Any]:
    """In words of the language that is active; `healed` is null while it is open."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "text": begun(row),
        "since": ms(row.since),
        "healed": ms(row.healed),
        "length": length(row.healed - row.since) if row.healed else "",
        "worker": str(row.worker_id) if row.worker_id else None,
        "flow": str(row.flow_id) if row.flow_id else None,
    }


def worker_json(row: Worker) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "connected": row.connected,
        "seen": ms(row.seen),
        "broker": row.status.get("broker") or {},
        "flows": row.status.get("flows") or {},
        "trouble": row.status.get("trouble") or "",
        "epoch": row.epoch,
        "destinations": row.status.get("destinations") or [],
        "commands": row.status.get("commands") or {},
        "asks": row.status.get("asks") or [],
    }
