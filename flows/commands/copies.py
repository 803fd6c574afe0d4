"""A scenario of the gallery put to work in a workspace with its virtual devices, and taken away again."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from document.registry import registry_json
from flows.actuation import Actuation, actuations
from flows.commands.deploying import deploy_flow, first_worker
from flows.commands.devices import NoWorker, ask_worker
from flows.commands.flows import bin_flow, new_flow
from flows.commands.plans import add_plan, choose_plan, forget_plan, place_devices, uses_of_plans
from flows.commands.registry import load_things, registry_changed
from flows.mapping import things_named
from flows.models import Broker, Copy, Destination, Device, DeviceType, Flow, Membership, ModelProfile, Table, Workspace
from flows.registered import registry_of
from flows.rights import MEMBER, VIEWER, needs
from flows.scenarios import FIRST, all_scenarios, scenario_of
from gallery.scenario import Scenario
from nodes.kit.catalog import full_catalog
from nodes.kit.things import DeviceType as LoadedType
from nodes.kit.things import Registry

Made = dict[str, list[str]]
TABLES: dict[str, Any] = {
    "types": DeviceType,
    "devices": Device,
    "destinations": Destination,
    "models": ModelProfile,
    "tables": Table,
}


class InTheWay(Exception):
    """The workspace has things of its own by ids of the scenario: (section, id)."""

    def __init__(self, things: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(id for _, id in things))
        self.things = things


class OtherBroker(Exception):
    """The virtual devices speak on the built-in broker, and this workspace reads another one."""


class NotStarted(Exception):
    """The scenario does not run in this workspace."""


@needs(VIEWER)
def copies_of(member: Membership) -> dict[str, Copy]:
    """By scenario, what was started here."""
    rows = Copy.objects.of(member.workspace).select_related("flow", "flow__deployed", "plan")
    return {row.scenario: row for row in rows}


@needs(VIEWER)
def copy_of(member: Membership, name: str) -> Copy:
    """Raises NotStarted."""
    found = copies_of(member).get(name)
    if found is None:
        raise NotStarted(name)
    return found


@needs(VIEWER)
def switched_by(member: Membership, scenario: Scenario, lang: str) -> list[Actuation]:
    """What starting the scenario lets its flow switch: all of it virtual. Each with the hash that approves it."""
    return actuations(scenario.flow_in(lang), _together(member.workspace, scenario), full_catalog(), lang)


@needs(MEMBER)
@transaction.atomic
def start_copy(member: Membership, name: str, approve: list[str], lang: str = "en") -> Copy:
    """Register what the scenario needs and is not here, deploy its flow, and switch its virtual devices on. What runs already is
    deployed once more. Raises NoSuchScenario, InTheWay, OtherBroker, NoWorker, and what `deploy_flow` raises."""
    scenario, workspace = scenario_of(name), member.workspace
    copy = Copy.objects.of(workspace).select_for_update().filter(scenario=name).first()
    _refuse_strange(workspace, scenario, again=copy is not None)
    copy = copy or Copy(workspace=workspace, scenario=name)
    copy.made = _more(copy.made, _register(workspace, scenario, lang))
    copy.started, copy.by = timezone.now(), member.user
    title = scenario.about.title.get("en" if lang == "en" else "ja", name)
    if copy.flow is None or copy.flow.binned is not None:
        copy.flow = new_flow(member, document={**scenario.flow_in(lang), "name": title}, author="gallery")
        _lay_plan(member, copy, scenario, title)
    copy.save()
    copy.flow = deploy_flow(member, copy.flow.pk, comment=title, approve=approve, lang=lang).flow
    switch_scenario(member, name, on=True)
    return copy


@needs(MEMBER)
@transaction.atomic
def remove_copy(member: Membership, name: str) -> None:
    """Its flow goes into the bin; what was registered for it goes where nothing else uses it. Its virtual devices are switched
    off where no other workspace has them. Raises NotStarted, and NoWorker where nobody could switch them off."""
    copy = copy_of(member, name)
    if copy.flow is not None and copy.flow.binned is None:
        bin_flow(member, copy.flow.pk)
    if copy.plan is not None and not any(flow != copy.flow for flow in uses_of_plans(member).get(copy.plan.pk, [])):
        forget_plan(member, copy.plan.pk)
    made = copy.made
    copy.delete()
    _forget_unused(member.workspace, made)
    if name != FIRST and not Copy.everywhere.filter(scenario=name).exists():
        switch_scenario(member, name, on=False)


@needs(MEMBER)
def switch_scenario(member: Membership, name: str, *, on: bool) -> str:
    """Have the virtual devices of a scenario begin or end. Raises NoWorker."""
    return ask_worker(member, {"t": "publish", "topic": f"fleet/scenarios/{name}", "data": {"on": on}, "retain": True})


def _refuse_strange(workspace: Workspace, scenario: Scenario, *, again: bool) -> None:
    worker = first_worker(workspace)
    if worker is None or not worker.connected:
        raise NoWorker
    broker = Broker.objects.of(workspace).first()
    if broker is not None and not broker.embedded:
        raise OtherBroker
    known, ours = registry_of(workspace), scenario.registry
    strange = [
        ("types", id) for id, type in ours.types.items() if id in known.types and _bare(known.types[id]) != _bare(type)
    ]
    strange += [
        ("devices", id)
        for id, one in ours.devices.items()
        if id in known.devices and known.devices[id].type != one.type
    ]
    if not again:  # later somebody may have given one of ours an address
        outside = (
            id for id in ours.destinations if id in known.destinations and known.destinations[id].service != "inbox"
        )
        strange += [("destinations", id) for id in outside]
    if strange:
        raise InTheWay(strange)


def _bare(type: LoadedType) -> LoadedType:
    """What a flow depends on: words aside."""
    fields = [replace(field, label={}, also=[]) for field in type.fields]
    commands = [replace(command, label={}, also=[]) for command in type.commands]
    return replace(type, label={}, also=[], fields=fields, commands=commands)


def _together(workspace: Workspace, scenario: Scenario) -> Registry:
    """What is registered here once the scenario is started."""
    known, ours = registry_of(workspace), scenario.registry
    return Registry(*({**getattr(ours, name), **getattr(known, name)} for name in Registry.__struct_fields__))


def _register(workspace: Workspace, scenario: Scenario, lang: str) -> Made:
    """What is not here yet. Destinations lead into the inbox and nowhere else."""
    whole = registry_json(scenario.registry)
    whole["destinations"] = [{**entry, "service": "inbox"} for entry in whole["destinations"]]
    fresh = {}
    for section, table in TABLES.items():
        here = set(table.objects.of(workspace).values_list("ref", flat=True))
        fresh[section] = [entry for entry in whole[section] if entry["id"] not in here]
    if any(fresh.values()):
        load_things(workspace, fresh, lang)
    return {section: [entry["id"] for entry in entries] for section, entries in fresh.items()}


def _more(before: Made, now: Made) -> Made:
    return {section: [*before.get(section, []), *now.get(section, [])] for section in TABLES}


def _lay_plan(member: Membership, copy: Copy, scenario: Scenario, title: str) -> None:
    """The floor plan beneath the map of the dashboard, with the devices where they stand."""
    show = scenario.about.show
    if show.plan is None or copy.flow is None:
        return
    copy.plan = copy.plan or add_plan(member, scenario.bytes(show.plan), title)
    choose_plan(member, copy.flow.pk, copy.plan.pk)
    places = {device: [float(x), float(y)] for device, (x, y) in show.places.items()}
    place_devices(member, copy.flow.pk, copy.plan.pk, places)


def _forget_unused(workspace: Workspace, made: Made) -> None:
    """Types go with their devices: one that a flow or another copy needs keeps all of its devices."""
    used = _used(workspace)
    stay = {id for id in made.get("types", []) if ("types", id) in used}
    for section in ("devices", "destinations", "models", "tables", "types"):
        gone = [id for id in made.get(section, []) if (section, id) not in used]
        rows = TABLES[section].objects.of(workspace).filter(ref__in=gone)
        if section == "devices":
            rows = rows.exclude(type__ref__in=stay)
        if section == "types":
            rows = rows.filter(devices=None)
        rows.delete()
    registry_changed(workspace)


def _used(workspace: Workspace) -> set[tuple[str, str]]:
    """(section, id) of what flows name, and of what other copies brought along."""
    used: set[tuple[str, str]] = set()
    for flow in Flow.objects.of(workspace).filter(binned=None).select_related("deployed"):
        for document in (flow.document, flow.deployed.document if flow.deployed else {}):
            used |= things_named(document, full_catalog())
    named = {row.scenario for row in Copy.objects.of(workspace)}
    for scenario in all_scenarios():
        if scenario.name in named:
            used |= {(section, id) for section in TABLES for id in getattr(scenario.registry, section)}
    return used
