"""Who reads what, asked batch after batch."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.topic import matches
from runtime import routes
from runtime.mailbox import Batch
from runtime.routes import Routes

FILTERS = {"all": "plant/#", "pumps": "plant/pump/+", "fans": "plant/fan/+"}
TOPICS = ["plant/pump/1", "plant/pump/2", "plant/fan/1", "plant/door", "elsewhere"]


class Reads:
    pictures: dict[str, Any] = {}

    def __init__(self, id: str) -> None:
        self.id = id

    def wants(self, topic: str) -> bool:
        return matches(FILTERS[self.id], topic)


def routes_to(*ids: str) -> Routes:
    return Routes(cast("Any", {id: Reads(id) for id in ids}))


def batch(topics: list[str]) -> Batch:
    return Batch(topics, [b"%d" % at for at in range(len(topics))], 0, lambda: None, 0)


@given(st.lists(st.lists(st.sampled_from(TOPICS))), st.integers(1, 6))
def test_each_message_goes_to_those_that_want_it_in_the_order_in_which_they_came(
    batches: list[list[str]], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes, "MOST_KNOWN", most)  # so that topics are forgotten, in the middle of batches too
        asked = routes_to("all", "pumps", "fans")
        for topics in batches:
            found = [
                (payload, topic, [flow.id for flow in flows])
                for flows, part in asked.parts(batch(topics))
                for payload, topic in zip(part.payloads, part.topics, strict=True)
            ]
            assert found == [
                (b"%d" % at, topic, [id for id, filter in FILTERS.items() if matches(filter, topic)])
                for at, topic in enumerate(topics)
            ]


def test_a_batch_that_the_same_flows_read_stays_whole() -> None:
    asked = routes_to("all", "pumps")
    for topics in (["plant/pump/1", "plant/pump/2"], ["plant/pump/2"], ["plant/pump/3", "plant/pump/1"]):
        whole = batch(topics)
        assert [part for _, part in asked.parts(whole)] == [whole]


def test_nothing_is_remembered_of_flows_that_changed() -> None:
    asked = routes_to("pumps")
    assert [[flow.id for flow in flows] for flows, _ in asked.parts(batch(["plant/pump/1"]))] == [["pumps"]]
    asked.flows.clear()
    asked.clear()
    assert [flows for flows, _ in asked.parts(batch(["plant/pump/1"]))] == [()]
