"""What goes wrong with workers, brokers, stores and destinations: noticed once, told once, and told again when it is over.

An incident that comes back soon after it healed is told only if it lasts, so that what flutters makes no storm.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from flows import live
from flows.commands.deploying import first_worker
from flows.commands.notices import put_notice
from flows.incident_words import Kind, begun, length, over, unused
from flows.models import Destination, Device, Flow, Incident, Membership, Worker, Workspace
from flows.rights import OWNER, needs
from flows.sending import send_later
from flows.uses import named_by
from nodes.kit.things import spoken
from runtime.senders.outcome import TO_DESTINATIONS

GRACE = {
    Kind.WORKER: timedelta(minutes=1),
    Kind.BROKER: timedelta(seconds=30),
    Kind.TWIN: timedelta(seconds=45),
    Kind.SOURCE: timedelta(minutes=1),
}
"""How long it must last until people are told; others at once. A worker that restarts takes up to half a minute."""
QUIET = timedelta(minutes=10)
"""What comes back sooner than this after it healed is told only once it has lasted as long."""
_HEARD_OF = Q(told__isnull=False) | Q(tell_at__gte=F("since") + QUIET)
"""What people were told of, or were not because it came back. What healed within its grace, as each restart of a worker brings it
about, makes nobody deaf to what follows."""
SILENT = timedelta(seconds=75)
"""A worker says every twenty seconds that it is there."""
AHEAD = 60_000
"""Milliseconds by which a worker's clock may be ahead."""
KEPT, SHOWN = 500, 30
"""Healed incidents of a workspace that are kept, and incidents that are shown."""
MOST_SOURCES = 20
"""Topics, and cameras, of a worker that are told one by one: a broken switch takes hundreds of cameras with it."""
SYSTEM = "system"
"""Where notices of incidents go in the inbox."""
Found = dict[tuple[Kind, str], tuple[str, str]]
Words = Callable[[Incident], str]


def raise_incident(
    workspace: Workspace,
    kind: Kind,
    subject: str,
    *,
    name: str,
    detail: str = "",
    worker: Worker | None = None,
    flow: Flow | None = None,
) -> None:
    """It is so. An incident of this kind and subject that is open gets the newer detail and nothing else."""
    detail, now = detail[:500], timezone.now()
    mine = Incident.objects.of(workspace).filter(kind=kind, subject=subject)
    if (row := mine.filter(healed=None).first()) is not None:
        if row.detail != detail:
            mine.filter(pk=row.pk).update(detail=detail)
        return
    counted = mine.filter(healed__gt=now - QUIET).filter(_HEARD_OF)
    wait = QUIET if counted.exists() else GRACE.get(kind, timedelta(0))
    try:
        with transaction.atomic():
            row = Incident.objects.add(
                workspace, kind=kind, subject=subject, name=name[:200], detail=detail, worker=worker, flow=flow,
                since=now, tell_at=now + wait,
            )  # fmt: skip
    except IntegrityError:
        return  # another process has noticed it too
    if not wait:
        _tell(row)


def heal_incident(workspace: Workspace, kind: Kind, subject: str, words: Words = over) -> None:
    """It is not so any more, which people hear in these `words`."""
    with transaction.atomic():
        mine = Incident.objects.of(workspace).filter(kind=kind, subject=subject, healed=None)
        row = mine.select_for_update().first()
        if row is None:
            return
        row.healed = timezone.now()
        row.save(update_fields=["healed", "updated"])
        if row.told is not None:
            _notify(row, words)
        _forget_old(workspace)


def tell_due(workspace: Workspace) -> None:
    """Tell of what has lasted long enough."""
    for row in Incident.objects.of(workspace).filter(healed=None, told=None, tell_at__lte=timezone.now()):
        _tell(row)


def recent_incidents(workspace: Workspace) -> list[Incident]:
    """What is wrong now, and what people were told of before, newest first."""
    rows = Incident.objects.of(workspace)
    open_now = list(rows.filter(healed=None))
    return [*open_now, *rows.exclude(healed=None).exclude(told=None)[: max(0, SHOWN - len(open_now))]]


@needs(OWNER)
def choose_system_destinations(member: Membership, refs: list[str]) -> None:
    """Who hears of incidents besides the inbox. Unknown ids are left out."""
    workspace = member.workspace
    known = Destination.objects.of(workspace).filter(ref__in=refs).exclude(service="inbox")
    workspace.system_destinations = sorted(known.values_list("ref", flat=True))
    workspace.save(update_fields=["system_destinations"])


def _tell(row: Incident) -> None:
    with transaction.atomic():
        now, mine = timezone.now(), Incident.objects.of(row.workspace).filter(pk=row.pk, told=None, healed=None)
        if mine.update(told=now):  # one process alone
            row.told = now
            _notify(row, begun)


def _notify(row: Incident, words: Words) -> None:
    workspace = row.workspace
    with translation.override(workspace.lang):
        text = words(row)
    put_notice(workspace, SYSTEM, text, flow=row.flow)
    named = set(workspace.system_destinations or [])
    refs = (
        Destination.objects.of(workspace).filter(ref__in=named).exclude(service="inbox").values_list("ref", flat=True)
    )
    if refs:
        deaf = row.subject if row.kind in (Kind.DESTINATION, Kind.REFUSED) and row.healed is None else None
        reached = [ref for ref in refs if ref != deaf]
        transaction.on_commit(lambda: send_later(workspace, reached, text))
    live.to_browsers(workspace.id, {"t": "incident"})


def _forget_old(workspace: Workspace) -> None:
    old = Incident.objects.of(workspace).exclude(healed=None)[KEPT : KEPT + 50]
    if old:
        Incident.objects.of(workspace).filter(pk__in=[row.pk for row in old]).delete()


# --- workers ------------------------------------------------------------------------------------------------------------


def look_after(workspace: Workspace) -> None:
    """Everything that is noticed by itself, now and then."""
    for worker in Worker.objects.of(workspace):
        look_at(worker)
    _let_go(workspace)
    tell_due(workspace)


def look_at(worker: Worker) -> None:
    """Compare what a worker last said, or that it says nothing, with what is known to be wrong with it."""
    workspace, id = worker.workspace, str(worker.id)
    if worker.seen is None:
        return
    if not worker.connected or timezone.now() - worker.seen > SILENT:
        raise_incident(workspace, Kind.WORKER, id, name=worker.name, worker=worker)
        return
    found = {**_troubles(worker), **_sources(workspace, worker), **_destinations(workspace, worker)}
    watched = [Kind.WORKER, Kind.BROKER, Kind.TAKEN_OVER, Kind.STORE, Kind.CLOCK, Kind.SOURCE, Kind.DESTINATION]
    _let_go(workspace)
    for row in Incident.objects.of(workspace).filter(worker=worker, kind__in=watched, healed=None):
        if (Kind(row.kind), row.subject) not in found:
            heal_incident(workspace, Kind(row.kind), row.subject)
    for (kind, subject), (name, detail) in found.items():
        raise_incident(workspace, kind, subject, name=name, detail=detail, worker=worker)


def _troubles(worker: Worker) -> Found:
    id, name, status = str(worker.id), worker.name, worker.status
    broker, ahead = status.get("broker") or {}, status.get("ahead") or 0
    found: Found = {}
    if broker.get("code"):
        found[Kind.TAKEN_OVER, id] = name, str(broker.get("detail") or "")
    elif broker.get("url") and not broker.get("connected"):
        found[Kind.BROKER, id] = name, str(broker.get("detail") or "")
    if status.get("trouble"):
        found[Kind.STORE, id] = name, str(status["trouble"])
    if ahead > AHEAD:
        with translation.override(worker.workspace.lang):
            found[Kind.CLOCK, id] = name, length(timedelta(milliseconds=ahead))
    return found


def _sources(workspace: Workspace, worker: Worker) -> Found:
    """Topics that the broker does not give, and cameras that give no picture: the first ones, where all are lost at once."""
    id, status = str(worker.id), worker.status
    found: Found = {}
    with translation.override(workspace.lang):
        refused = _("the broker does not let the worker “%s” listen there") % worker.name
    for topic in ((status.get("broker") or {}).get("refused") or [])[:MOST_SOURCES]:
        found[Kind.SOURCE, f"{id}:{topic}"[:100]] = str(topic), refused
    away = dict(sorted((status.get("cameras") or {}).items())[:MOST_SOURCES])
    labels = dict(Device.objects.of(workspace).filter(ref__in=list(away)).values_list("ref", "label")) if away else {}
    for device, why in away.items():
        name = spoken(labels.get(device) or {}, workspace.lang, device)
        found[Kind.SOURCE, f"{id}:{device}"[:100]] = name, str(why)
    return found


def _destinations(workspace: Workspace, worker: Worker) -> Found:
    """Those that do not answer, and those of which it is not known again yet: something still waits for them. A worker goes
    on saying of a destination that it was lost, also when nothing tries it any more."""
    lost = Incident.objects.of(workspace).filter(kind=Kind.DESTINATION, healed=None)
    known = dict(lost.values_list("subject", "detail"))
    found: Found = {}
    for standing in worker.status.get("destinations") or []:
        ref, state = str(standing.get("id")), standing.get("state")
        waits = standing.get("waiting") or standing.get("on_disk")
        if state == "open" or (ref in known and (state == "half_open" or waits)):
            why = str(standing.get("detail") or known.get(ref) or "")
            found[Kind.DESTINATION, ref] = destination_name(workspace, ref), why
    used = _used(workspace, worker) if found else set()
    return {(kind, ref): said for (kind, ref), said in found.items() if ref in used}


def _let_go(workspace: Workspace) -> None:
    """Of a destination that no running flow uses any more nobody will hear that it answers."""
    lost = Incident.objects.of(workspace).filter(kind__in=[Kind.DESTINATION, Kind.REFUSED], healed=None)
    for row in lost.select_related("worker"):
        if row.subject not in _used(workspace, row.worker):
            heal_incident(workspace, Kind(row.kind), row.subject, unused)


def _used(workspace: Workspace, worker: Worker | None) -> set[str]:
    """Destinations that flows name which should run, on this worker or, without one, on any."""
    first = first_worker(workspace)
    flows = Flow.objects.of(workspace).filter(wanted=True).exclude(deployed=None).select_related("deployed")
    if worker is not None:
        here = Q(worker=worker) | Q(worker=None) if first == worker else Q(worker=worker)
        flows = flows.filter(here)
    return {id for flow in flows for section, id in named_by(flow) if section == "destinations"}


def destination_name(workspace: Workspace, ref: str) -> str:
    row = Destination.objects.of(workspace).filter(ref=ref).first()
    return spoken(row.label, workspace.lang, ref) if row is not None else ref


# --- what the rows of workers say ---------------------------------------------------------------------------------------


def sending_ended(workspace: Workspace, flow: Flow, data: dict[str, Any]) -> None:
    """An action of a flow came to its end: what a destination refuses is an incident, until it takes something again. What a
    worker says late of a flow that was stopped since is none."""
    given = data.get("data")
    ref = given.get("to") if isinstance(given, dict) else None
    if not isinstance(ref, str) or data.get("kind") not in TO_DESTINATIONS:
        return
    if data.get("sent") is True:
        heal_incident(workspace, Kind.REFUSED, ref[:100])
    elif flow.wanted and data.get("sent") is False and data.get("outcome") == "failed":
        name = destination_name(workspace, ref)
        raise_incident(workspace, Kind.REFUSED, ref[:100], name=name, detail=str(data.get("detail") or ""))
