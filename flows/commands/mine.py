"""The flow of a scenario, made a person's own: on the devices that are really there."""

from typing import Any

import msgspec
from msgspec.structs import replace

from engine.document_tests import run_test
from engine.plan import build_plan
from engine.roster import roster_of
from flows.checking import errors_in, problems_of
from flows.commands.copies import copies_of
from flows.commands.flows import new_flow
from flows.mine.applying import applied
from flows.mine.fitting import Choice, Fit, command_fit, field_fit, suggested
from flows.mine.needs import Needs, needs_of
from flows.models import Flow, Membership
from flows.registered import registry_of
from flows.rights import MEMBER, VIEWER, needs
from flows.scenarios import scenario_of
from gallery.scenario import Scenario
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry

Document = dict[str, Any]


class Unfit(Exception):
    """Something that was chosen cannot stand for what the flow needs. `fits` by place."""

    def __init__(self, fits: dict[str, Fit]) -> None:
        super().__init__(", ".join(place for place, fit in fits.items() if not fit.ok))
        self.fits = fits


class Mine(msgspec.Struct):
    """A scenario's flow (as it runs here, else as it came), what it needs, and what it was written for."""

    scenario: Scenario
    document: Document
    needs: Needs
    virtual: Registry
    real: Registry


class Checked(msgspec.Struct):
    """What would become of a choice. `kept` of the flow's `tests` pass with the real things; the others stay behind."""

    document: Document
    fits: dict[str, Fit]
    problems: list[dict[str, Any]]
    tests: int
    kept: int


@needs(VIEWER)
def mine_of(member: Membership, name: str, lang: str = "ja") -> Mine:
    """`lang`: of the flow's own texts, where it has them. Raises NoSuchScenario."""
    scenario = scenario_of(name)
    copy = copies_of(member).get(name)
    running = copy.flow if copy is not None and copy.flow is not None and copy.flow.binned is None else None
    document = running.document if running is not None else scenario.flow_in(lang)
    virtual = scenario.registry
    return Mine(
        scenario, document, needs_of(document, virtual), virtual, _without(registry_of(member.workspace), virtual)
    )


@needs(VIEWER)
def suggested_for(member: Membership, mine: Mine) -> Choice:
    """A choice to begin with."""
    return suggested(mine.needs, mine.virtual, mine.real)


@needs(VIEWER)
def check_mine(member: Membership, mine: Mine, choice: Choice, lang: str) -> Checked:
    """What the flow would be, and what is wrong with it; nothing is stored."""
    fits = dict(_fits(mine, choice))
    document = applied(mine.document, _without_misfits(choice, fits), mine.virtual, mine.real)
    problems = problems_of(document, member.workspace, lang)
    if errors_in(problems):
        return Checked(document, fits, problems, 0, 0)  # it cannot run yet, so nothing is known of its tests
    tests = document.get("tests") or []
    kept = _passing(document, registry_of(member.workspace), member.workspace.zone)
    return Checked({**document, "tests": kept}, fits, problems, len(tests), len(kept))


@needs(MEMBER)
def make_mine(member: Membership, name: str, choice: Choice, title: str, lang: str) -> Flow:
    """A new draft. What is wrong with it beyond units and values is shown where every draft's problems are. Raises
    NoSuchScenario, Unfit."""
    checked = check_mine(member, mine_of(member, name, lang), choice, lang)
    if not all(fit.ok for fit in checked.fits.values()):
        raise Unfit(checked.fits)
    return new_flow(member, document={**checked.document, "name": title[:200]}, author="gallery")


def _without(known: Registry, virtual: Registry) -> Registry:
    """What may stand for something virtual: what is not itself of the scenario."""
    types = {id: type for id, type in known.types.items() if id not in virtual.types}
    devices = {id: one for id, one in known.devices.items() if one.type in types}
    return replace(known, types=types, devices=devices)


def _fits(mine: Mine, choice: Choice) -> Any:
    for needed in mine.needs.types:
        of = (choice.get("types") or {}).get(needed.type.id) or {}
        type = mine.real.types.get(of.get("to") or "")
        if type is None:
            continue
        for field in needed.fields:
            given = type.field((of.get("fields") or {}).get(field.name) or "")
            yield f"field:{needed.type.id}:{field.name}", field_fit(field, given)
        for command in needed.commands:
            told = ((choice.get("commands") or {}).get(needed.type.id) or {}).get(command.id) or {}
            yield (
                f"command:{needed.type.id}:{command.id}",
                command_fit(command, type.command(told.get("to") or ""), told),
            )


def _without_misfits(choice: Choice, fits: dict[str, Fit]) -> Choice:
    """Fields that cannot be read are left out: there is nothing to convert them by."""
    types = {
        id: {
            **of,
            "fields": {name: to for name, to in (of.get("fields") or {}).items() if _ok(fits, f"field:{id}:{name}")},
        }
        for id, of in (choice.get("types") or {}).items()
    }
    return {**choice, "types": types}


def _ok(fits: dict[str, Fit], place: str) -> bool:
    return fits[place].ok if place in fits else True


def _passing(document: Document, registry: Registry, zone: str) -> list[Document]:
    kept = []
    for test in document.get("tests") or []:
        roster = roster_of(test, document, full_catalog(), registry)
        plan = build_plan(document, full_catalog(), registry, zone=zone, roster=roster)
        if run_test(plan, test)["passed"]:
            kept.append(test)
    return kept
