"""Trying a draft out: what each node did with an event, and with time that passes."""

from typing import Any

import pytest

from engine.plan import build_plan
from llm.simulation.test_trial import KILN, REGISTRY, tell, threshold
from llm.simulation.travel import MOST_DUES, MOST_STEPS, Step, Travel
from nodes.kit.catalog import full_catalog

START = 1_780_000_000_000
HOT = Step(node="kiln", device="k-1", data={"temperature": 85})
COOL = Step(node="kiln", device="k-1", data={"temperature": 79.5})


def tried(*steps: Step, nodes: list[Any] | None = None, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    held = [threshold(above=80, margin=2, **{"for": "5m"}), tell("hot.entered")]
    document = {"suiro": 1, "name": "Try", "nodes": [KILN, *(held if nodes is None else nodes)]}
    travel = Travel(build_plan(document, full_catalog(), REGISTRY), START, answers or {})
    for number, step in enumerate(steps):
        travel.take(step, number)
    return travel.told()


def whys(told: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(hop["node"], hop["why"]) for hop in told["hops"]]


def test_an_event_under_the_limit_stops_there_and_says_what_it_was_weighed_by() -> None:
    told = tried(COOL)
    assert whys(told) == [("kiln", None), ("hot", "unmet")]
    weighed = told["hops"][1]["weighed"]
    assert (weighed["met"], weighed["value"], weighed["how"], weighed["limits"]) == (False, 79.5, "above", (80,))
    assert told["pending"] == []


def test_an_event_over_the_limit_waits_and_time_lets_it_go_on_to_the_action() -> None:
    waiting = tried(HOT)
    assert whys(waiting) == [("kiln", None), ("hot", "waiting")]
    assert waiting["pending"] == [{"at": START + 300_000, "node": "hot", "key": "k-1"}]
    assert (waiting["hops"][1]["before"]["since"], waiting["hops"][1]["after"]["since"]) == (None, START)
    for step in (Step(wait=300_000), Step()):
        fired = tried(HOT, step)
        assert whys(fired) == [("hot", None), ("tell", None)]
        assert fired["now"] == START + 300_000
        assert fired["hops"][1]["did"][0]["data"] == {"to": "shift", "text": "Kiln 1 is hot"}


def test_several_events_keep_the_memory_and_say_that_it_was_told_before() -> None:
    assert whys(tried(HOT, Step(), HOT)) == [("kiln", None), ("hot", "told")]
    assert whys(tried(HOT, Step(), COOL)) == [("kiln", None), ("hot", "within")]
    assert whys(tried(HOT, COOL))[-1] == ("hot", "unmet")


def test_an_event_goes_into_the_middle_and_an_unwired_port_is_named() -> None:
    told = tried(Step(node="tell", device="k-1", data={}))
    assert [(hop["node"], len(hop["did"])) for hop in told["hops"]] == [("tell", 1)]
    split = [
        {"id": "cond", "kind": "condition", "from": ["kiln"], "params": {"expr": "temperature > 80"}},
        tell("cond"),
    ]
    told = tried(COOL, nodes=split)
    assert whys(told)[-1] == ("cond", "unwired")
    assert told["hops"][1]["weighed"]["expr"] == "temperature > 80"
    assert told["hops"][1]["left"][0]["port"] == "false"


def test_a_device_that_the_source_does_not_read_is_said_so() -> None:
    only = [{**KILN, "id": "one", "params": {"type": "kiln", "only": ["k-1"]}}, tell("one")]
    told = tried(Step(node="one", device="k-2", data={"temperature": 1}), nodes=only)
    assert whys(told) == [("one", "unread")]


def test_an_ask_is_answered_by_a_stub_or_by_what_was_typed() -> None:
    fields = [{"name": "serious", "type": "boolean"}]
    ask = {"id": "ask", "kind": "ai_prompt", "from": ["kiln"], "params": {"prompt": "Is it?", "fields": fields}}
    stub = tried(HOT, nodes=[ask, tell("ask")])
    (asked,) = (deed for hop in stub["hops"] for deed in hop["did"] if deed["ask"])
    assert asked["answer"] == {"value": {"serious": False, "unsure": False}, "error": None, "stub": True}
    typed = tried(HOT, nodes=[ask, tell("ask")], answers={"ask": {"serious": True}})
    (asked,) = (deed for hop in typed["hops"] for deed in hop["did"] if deed["ask"])
    assert asked["answer"] == {"value": {"serious": True}, "error": None, "stub": False}
    left = [event for hop in typed["hops"] if hop["way"] == "answer" for event in hop["left"]]
    assert left[0]["data"]["serious"] is True


def test_a_long_time_with_many_ticks_is_cut_and_says_so() -> None:
    ticks = [{"id": "tick", "kind": "schedule", "params": {"every": "1s"}}, tell("tick", "each")]
    told = tried(Step(wait=86_400_000), nodes=ticks)
    assert told["cut"]
    assert told["now"] - START <= MOST_DUES * 1_000


def test_many_steps_are_told_as_well_as_the_first() -> None:
    told = tried(*[HOT] * MOST_STEPS, nodes=[tell("kiln", f"tell{number}") for number in range(20)])
    assert len(told["hops"]) == 21
    assert not told["cut"]


def test_a_step_into_a_node_or_port_that_is_gone_is_refused() -> None:
    with pytest.raises(KeyError):
        tried(Step(node="gone", data={}))
    with pytest.raises(ValueError, match="reset"):
        tried(Step(node="hot", port="reset", data={}))
