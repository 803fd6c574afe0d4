"""Asking the worker for something now: browse topics, try a command, switch a fault of a virtual device. It answers on
the live socket, with the id that is returned here."""

import uuid
from typing import Any

from flows import live
from flows.commands.deploying import first_worker
from flows.commands.registry import NotRegistered
from flows.fleet import all_faults
from flows.models import Device, Membership, Worker, Workspace
from flows.rights import MEMBER, needs

LONGEST_BROWSE = 30


class NoWorker(Exception):
    """No worker is connected that could do it."""


@needs(MEMBER)
def browse(member: Membership, filter: str = "#", seconds: int = 5) -> str:
    """Collect what is on the broker. Raises NoWorker."""
    seconds = max(1, min(seconds, LONGEST_BROWSE))
    return ask_worker(member, {"t": "browse", "filter": filter[:500] or "#", "seconds": seconds})


@needs(MEMBER)
def try_command(member: Membership, device: str, command: str, values: dict[str, Any]) -> str:
    """Send a registered command once; the worker checks `values`. Raises NotRegistered, NoWorker."""
    row = Device.objects.of(member.workspace).filter(ref=device).select_related("type").first()
    if row is None or command not in {known["id"] for known in row.type.commands}:
        raise NotRegistered(command)
    return ask_worker(member, {"t": "command", "device": device, "command": command, "values": values})


@needs(MEMBER)
def switch_fault(member: Membership, device: str, fault: str, on: bool) -> str:
    """Have a virtual device break or heal. Raises NotRegistered, NoWorker."""
    if fault not in {known["id"] for known in all_faults(member.workspace).get(device, [])}:
        raise NotRegistered(fault)
    data = {"fault": fault, "on": on}
    return ask_worker(member, {"t": "publish", "topic": f"fleet/{device}/fault", "data": data})


@needs(MEMBER)
def ask_worker(member: Membership, message: dict[str, Any]) -> str:
    """Send `message` with a fresh id. Raises NoWorker."""
    worker = first_worker(member.workspace)
    if worker is None or not worker.connected:
        raise NoWorker
    id = str(uuid.uuid4())
    live.to_worker(worker.id, {**message, "id": id})
    return id


@needs(MEMBER)
def connect_again(member: Membership, worker: uuid.UUID) -> None:
    """Have a worker that has given up its broker session, because somebody else uses it, try again. Raises
    NotRegistered, NoWorker."""
    row = Worker.objects.of(member.workspace).filter(pk=worker).first()
    if row is None:
        raise NotRegistered(str(worker))
    if not row.connected:
        raise NoWorker
    live.tell_worker(row.id, "broker")


def ask_status(member: Membership) -> None:
    """Have every worker say how it is."""
    ask_workers(member.workspace)


def ask_workers(workspace: Workspace) -> None:
    """As `ask_status`, for nobody in particular."""
    for worker in Worker.objects.of(workspace).filter(connected=True):
        live.to_worker(worker.id, {"t": "status"})
