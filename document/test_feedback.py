"""A flow that hears what it causes, directly, in two hops, or by way of another flow."""

from typing import Any

from document.conftest import CATALOG
from document.problems import render
from document.registry import load_registry
from document.validate import validate
from nodes.kit.problem import Problem

REGISTRY, _ = load_registry({
    "types": [{"id": "pump", "commands": [{"id": "run", "topic": "pump/{device}/run"}]},
              {"id": "valve", "commands": [{"id": "open", "topic": "valve/{device}/open"}]}],
    "devices": [{"id": "p1", "type": "pump"}, {"id": "v1", "type": "valve"}],
})  # fmt: skip


def way(number: int, topic: str, device: str, command: str) -> list[dict[str, Any]]:
    return [
        {"id": f"in{number}", "kind": "sense", "params": {"topic": topic}},
        {"id": f"do{number}", "kind": "act", "from": [f"in{number}"], "params": {"device": device, "command": command}},
    ]


def flow(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"suiro": 1, "name": "Test", "nodes": list(nodes)}


def problems(document: dict[str, Any], **beside: Any) -> list[Problem]:
    return validate(document, CATALOG, REGISTRY, beside=beside)


PUMP_OPENS_VALVE = way(1, "pump/+/run", "v1", "open")
VALVE_RUNS_PUMP = way(2, "valve/+/open", "p1", "run")


def test_a_way_that_leads_back_to_itself_in_two_hops_is_named_at_both_sources() -> None:
    found = problems(flow(*PUMP_OPENS_VALVE, *VALVE_RUNS_PUMP))
    assert [(p.code, p.path, p.args["topic"]) for p in found] == [
        ("feedback", "/nodes/0", "pump/p1/run"),
        ("feedback", "/nodes/2", "valve/v1/open"),
    ]


def test_ways_that_lead_on_but_not_back_are_no_feedback() -> None:
    assert problems(flow(*PUMP_OPENS_VALVE, *way(2, "valve/+/state", "p1", "run"))) == []


def test_two_flows_that_drive_each_other_are_told_at_the_one_that_is_checked() -> None:
    found = problems(flow(*PUMP_OPENS_VALVE), Other=flow(*VALVE_RUNS_PUMP))
    assert [(p.code, p.path, p.args["flows"]) for p in found] == [("feedback_between", "/nodes/0", ["Other"])]
    assert "Other" in render(found[0], "en")["message"]


def test_a_flow_that_only_leads_into_another_one_is_sound() -> None:
    assert problems(flow(*PUMP_OPENS_VALVE), Other=flow(*way(2, "valve/+/open", "v1", "open"))) == []
    assert problems(flow(*PUMP_OPENS_VALVE), Other=flow(*way(2, "door/+", "p1", "run"))) == []


def test_it_goes_through_any_number_of_flows() -> None:
    middle = flow(*way(1, "valve/+/open", "v1", "open"))
    found = problems(flow(*PUMP_OPENS_VALVE), Middle=middle, Last=flow(*VALVE_RUNS_PUMP))
    assert [p.code for p in found] == ["feedback_between"]
