"""mqtt_in: what a payload becomes, and which topics are never read."""

from typing import Any

import pytest

from nodes.kit.harness import START, Harness
from nodes.source.mqtt_in import MqttIn


def mqtt_in(topic: str = "site/+/gate", format: str = "json") -> Harness:
    return Harness(MqttIn, {"topic": topic, "format": format})


@pytest.mark.parametrize(
    ("format", "payload", "data"),
    [
        ("json", b'{"a": 1, "topic": "forged"}', {"a": 1}),
        ("json", b"[1, 2]", {"value": [1, 2]}),
        ("json", b"21.5", {"value": 21.5}),
        ("text", "開".encode(), {"value": "開"}),
        ("number", b" 7 ", {"value": 7}),
        ("bytes", b"\x00\xff", {"value": "AP8="}),
        ("text", b"", {"value": ""}),
    ],
)
def test_each_format_gives_its_data_and_the_topic(format: str, payload: bytes, data: dict[str, Any]) -> None:
    node = mqtt_in(format=format)
    node.read(topic="site/north/gate", payload=payload)
    assert node.sent == [("out", 0, {**data, "topic": "site/north/gate"})]


@pytest.mark.parametrize(
    ("format", "payload", "code"),
    [("json", b"{", "not_json"), ("number", b"off", "wrong_type"), ("text", b"\xff", "not_utf8"),
     ("json", b"", "not_json"), ("number", b"inf", "not_finite"), ("bytes", b"x" * (2**20 + 1), "too_large")],
)  # fmt: skip
def test_a_payload_of_another_format_is_a_trouble(format: str, payload: bytes, code: str) -> None:
    node = mqtt_in(format=format)
    node.read(topic="site/north/gate", payload=payload)
    assert (node.troubles(), node.sent) == ([code], [])


def test_events_carry_no_device_and_the_time_of_arrival() -> None:
    node = mqtt_in()
    node.read(topic="site/north/gate", payload=b"{}", time=START - 7000)
    assert node.ports() == [("out", -7)]
    assert node.shapes()["out"].device == "never"


def test_other_topics_and_those_of_broker_and_product_are_not_read() -> None:
    node = mqtt_in("#")
    for topic in ("$SYS/load", "suiro/in/1/hook", "suiro"):
        node.read(topic=topic, payload=b"{}")
    assert node.sent == []
    node.read(topic="anything/else", payload=b"{}")
    assert len(node.sent) == 1
    assert node.node.topics() == ["#"]


@pytest.mark.parametrize("topic", ["$SYS/#", "suiro/in/+", "$share/g/x", "a#", "a/#/b", "suiro"])
def test_a_topic_that_may_not_be_read_is_a_problem(topic: str) -> None:
    assert mqtt_in(topic).codes() == ["bad_topic"]


@pytest.mark.parametrize("topic", ["#", "+/x", "a/+/b", "plant/#", "炉/温度"])
def test_an_ordinary_filter_is_no_problem(topic: str) -> None:
    assert mqtt_in(topic).codes() == []


def test_a_line_for_the_node_itself_is_read_as_it_is() -> None:
    node = mqtt_in()
    node.read(node="n", data={"a": 1})
    assert node.sent == [("out", 0, {"a": 1})]
