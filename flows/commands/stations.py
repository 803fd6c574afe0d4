"""Which workers a workspace has, by which token each signs in, and which flow runs where."""

import hmac
import secrets
import uuid

from django.db import transaction

from flows import live
from flows.commands.deploying import hash_of, send_to_worker, worker_of
from flows.commands.flows import flow_of
from flows.models import Flow, Membership, Worker
from flows.rights import MEMBER, OWNER, needs

LONGEST = 64
MOST_WORKERS = 200


class WorkerGone(Exception):
    """The workspace has no such worker."""


class WorkerNameTaken(Exception):
    """Another worker of the workspace has this name."""


class WorkerBusy(Exception):
    """Flows run on it: they have to stop, or to move, before."""


class TooManyWorkers(Exception):
    """A workspace has as many workers as it may have."""


@needs(OWNER)
@transaction.atomic
def add_worker(member: Membership, name: str) -> tuple[Worker, str]:
    """A worker that may dial in, and its token, which is shown this once. Raises WorkerNameTaken, TooManyWorkers, ValueError
    for no name."""
    name = name.strip()[:LONGEST]
    rows = Worker.objects.of(member.workspace)
    if not name:
        raise ValueError(name)
    if rows.filter(name=name).exists():
        raise WorkerNameTaken(name)
    if rows.count() >= MOST_WORKERS:
        raise TooManyWorkers
    token = secrets.token_urlsafe(40)
    return Worker.objects.add(member.workspace, name=name, token_hash=hash_of(token)), token


@needs(OWNER)
@transaction.atomic
def renew_token(member: Membership, worker_id: uuid.UUID) -> tuple[Worker, str]:
    """Another token, shown this once; whoever came by the old one is cut off. Raises WorkerGone."""
    worker = _worker(member, worker_id)
    token = secrets.token_urlsafe(40)
    worker.token_hash = hash_of(token)
    worker.save(update_fields=["token_hash", "updated"])
    live.sign_off_worker(worker.id)
    return worker, token


@needs(OWNER)
@transaction.atomic
def remove_worker(member: Membership, worker_id: uuid.UUID) -> None:
    """It may not sign in any more. Raises WorkerGone, WorkerBusy."""
    worker = _worker(member, worker_id)
    if any(flow.wanted for flow in flows_on(worker)):
        raise WorkerBusy
    live.sign_off_worker(worker.id)
    worker.delete()


@needs(MEMBER)
@transaction.atomic
def move_flow(member: Membership, flow_id: uuid.UUID, worker_id: uuid.UUID) -> Flow:
    """The flow runs on that worker from now on, and begins anew there: what it remembered stays where it was. Raises
    WorkerGone."""
    flow = flow_of(member, flow_id, lock=True)
    worker = _worker(member, worker_id)
    before = worker_of(flow)
    if before is not None and before.pk == worker.pk:
        return flow
    if flow.wanted:
        send_to_worker(flow, "drop")
    flow.worker = worker
    if flow.wanted:
        flow.now_is(Flow.Status.STARTING)
    flow.save(update_fields=["worker", "status", "status_since", "updated"])
    if flow.wanted:
        send_to_worker(flow, "deploy")
    return flow


def worker_with(token: str) -> Worker | None:
    """The worker that has this token."""
    wanted = hash_of(token)
    found = Worker.everywhere.filter(token_hash=wanted).select_related("workspace").first()
    return found if found is not None and hmac.compare_digest(found.token_hash, wanted) else None


def flows_on(worker: Worker) -> list[Flow]:
    """The flows that this worker runs or would run."""
    rows = Flow.objects.of(worker.workspace).filter(binned=None).select_related("worker")
    return [flow for flow in rows if (home := worker_of(flow)) is not None and home.pk == worker.pk]


def _worker(member: Membership, worker_id: uuid.UUID) -> Worker:
    found = Worker.objects.of(member.workspace).filter(pk=worker_id).first()
    if found is None:
        raise WorkerGone(str(worker_id))
    return found
