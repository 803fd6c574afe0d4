"""Registering device types and devices, one by one or from a file."""

from typing import Any

from django.db import transaction

from document.problems import problem, render
from document.registry import load_registry, registry_json
from flows import live
from flows.commands.contents import TablesFull, put_table
from flows.commands.deploying import first_worker
from flows.models import Destination, Device, DeviceType, Membership, ModelProfile, TrainedModel, Workspace
from flows.registered import registry_json as registered_json
from flows.rights import MEMBER, needs
from runtime.deploy import EMBED

Entry = dict[str, Any]


class NotRegistered(Exception):
    """No such type or device in this workspace."""


class RefusedEntries(Exception):
    """Some entries cannot be registered; nothing was changed."""

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def load_things(workspace: Workspace, things: Entry, lang: str = "en") -> dict[str, int]:
    """Register everything in `things` (registry.json), replacing what has the same id. All or nothing: raises
    RefusedEntries. Returns how many of each."""
    known = registered_json(workspace)
    found, problems = load_registry(things)
    problems = [p for p in problems if not _type_is_known(p, known)]
    if problems:
        raise RefusedEntries([render(p, lang) for p in problems])
    clean = registry_json(found)
    try:
        with transaction.atomic():
            _write(workspace, clean)
            registry_changed(workspace)
    except TablesFull as full:
        raise RefusedEntries([render(problem(full.code, "/tables", **full.facts), lang)]) from full
    return {section: len(rows) for section, rows in clean.items() if rows}


@needs(MEMBER)
def register_things(member: Membership, things: Entry, lang: str = "en") -> dict[str, int]:
    """As `load_things`, at a person's wish."""
    return load_things(member.workspace, things, lang)


@needs(MEMBER)
def forget_type(member: Membership, ref: str) -> None:
    """Forget the type and its devices."""
    _forget(member, DeviceType, ref)


@needs(MEMBER)
def forget_device(member: Membership, ref: str) -> None:
    _forget(member, Device, ref)


def registry_changed(workspace: Workspace) -> None:
    """Workers watch what is registered; open pages show it."""
    worker = first_worker(workspace)
    if worker is not None:
        live.tell_worker(worker.id, "watch")
    live.to_browsers(workspace.id, {"t": "registry"})


def _forget(member: Membership, table: type[DeviceType] | type[Device], ref: str) -> None:
    with transaction.atomic():
        gone, _ = table.objects.of(member.workspace).filter(ref=ref).delete()
        if not gone:
            raise NotRegistered(ref)
        registry_changed(member.workspace)


def _write(workspace: Workspace, clean: dict[str, list[Entry]]) -> None:
    for entry in clean["types"]:
        facts = {"topic": entry.get("topic", ""), "qos": entry.get("qos", 1), "time": entry.get("time")}
        facts |= {"fields": entry.get("fields", []), "commands": entry.get("commands", [])}
        DeviceType.objects.of(workspace).update_or_create(ref=entry["id"], **_row(workspace, entry, facts))
    types = {row.ref: row for row in DeviceType.objects.of(workspace)}
    for entry in clean["devices"]:
        facts = {"type": types[entry["type"]], "attributes": entry.get("attributes", {})}
        Device.objects.of(workspace).update_or_create(ref=entry["id"], **_row(workspace, entry, facts))
    for entry in clean["destinations"]:
        kept = Destination.objects.of(workspace).filter(ref=entry["id"]).first()
        facts = {"service": entry.get("service", "inbox")}
        if kept is not None and kept.service != facts["service"]:
            facts["sealed_address"] = ""  # an address is sealed for its service
        Destination.objects.of(workspace).update_or_create(ref=entry["id"], **_row(workspace, entry, facts))
    here = set(TrainedModel.objects.of(workspace).values_list("ref", flat=True))
    here |= set(ModelProfile.objects.of(workspace).filter(task=EMBED).values_list("ref", flat=True))
    for entry in clean["models"]:
        if entry["id"] in here:
            continue  # its file and its words are kept, and no node asks the model for embeddings
        facts = {"task": entry.get("task", "chat")}
        ModelProfile.objects.of(workspace).update_or_create(ref=entry["id"], **_row(workspace, entry, facts))
    for entry in clean["tables"]:
        put_table(workspace, entry)


def _row(workspace: Workspace, entry: Entry, facts: Entry) -> dict[str, Entry]:
    named = {"label": entry.get("label", {}), "also": entry.get("also", []), **facts}
    return {"defaults": named, "create_defaults": {"workspace": workspace, **named}}


def _type_is_known(found: Any, known: Entry) -> bool:
    return found.code == "unknown_type" and found.args.get("id") in {entry["id"] for entry in known["types"]}
