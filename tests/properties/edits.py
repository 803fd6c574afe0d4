"""The examples of all kinds with one of their values as a setting that may be edited while they run."""

import copy
from functools import cache
from typing import Any, NamedTuple

from document.schema import facts, places, plain_schema
from engine.plan import Plan, build_plan
from nodes.kit.duration import format_duration, parse_duration
from tests.properties.scenarios import CATALOG, Scenario, scenarios


class Edit(NamedTuple):
    """A scenario in which one value of a node is the setting `probe`, and another value that it may be changed to."""

    scenario: Scenario
    node: str
    value: Any
    other: Any


@cache
def edits(kind: str) -> tuple[Edit, ...]:
    """Each settable value in the examples of a kind, defaults included, that does not make memory start fresh."""
    found = []
    for scenario in scenarios(kind):
        for number, node in enumerate(scenario.plan.document["nodes"]):
            if node["kind"] == kind:
                for path, value in settable(kind, with_defaults(kind, node.get("params") or {})):
                    found += edited(scenario, number, path, value)
    return tuple(found)


def with_defaults(kind: str, params: dict[str, Any]) -> dict[str, Any]:
    parts = plain_schema(CATALOG[kind])["properties"]
    return {**{name: part["default"] for name, part in parts.items() if part.get("default") is not None}, **params}


def settable(kind: str, params: dict[str, Any]) -> list[tuple[Any, Any]]:
    found = places(plain_schema(CATALOG[kind]), params)
    marked = [(path, value, facts(parts)) for path, parts, value in found]
    return [(path, value) for path, value, marks in marked if marks.get("settable") and not marks.get("identity")]


def edited(scenario: Scenario, number: int, path: Any, value: Any) -> list[Edit]:
    """With the first other value that the node takes, if any."""
    old = scenario.plan.document
    if isinstance(value, str) and value.startswith("$"):
        value = old["settings"][value[1:]]["value"]
    for other in others(value):
        document = copy.deepcopy(old)
        document["settings"] = {**(old.get("settings") or {}), "probe": {"value": value, "label": "Probe"}}
        node = document["nodes"][number]
        node["params"] = with_defaults(node["kind"], node.get("params") or {})
        place = node["params"]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = "$probe"
        try:
            plan = rebuilt(scenario.plan, document)
            plan.with_settings({"probe": other})
        except ValueError:
            continue
        return [Edit(scenario._replace(plan=plan), node["id"], value, other)]
    return []


def rebuilt(plan: Plan, document: dict[str, Any]) -> Plan:
    return build_plan(document, plan.catalog, plan.registry, zone=plan.zone, lang=plan.lang, roster=plan.roster)


def others(value: Any) -> list[Any]:
    """Durations become longer, so that nothing is due because of the change itself."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value * 2, value / 2, value - 1]
    try:
        return [format_duration(2 * parse_duration(value) + 1_000)]
    except ValueError:
        return []
