"""Topics as brokers match them, and the device that a topic names."""

import pytest

from nodes.kit.topic import device_in, is_filter, is_reserved, matches, to_filter


@pytest.mark.parametrize(
    ("filter", "topic"),
    [
        ("#", "a/b/c"),
        ("a/#", "a"),
        ("a/#", "a/b/c"),
        ("a/+/c", "a/b/c"),
        ("a/+/c", "a//c"),
        ("+/+", "/x"),
        ("/+", "/x"),
        ("a.b/c", "a.b/c"),
        ("炉/+", "炉/一"),
    ],
)
def test_a_filter_takes_what_a_broker_would_send(filter: str, topic: str) -> None:
    assert matches(filter, topic)


@pytest.mark.parametrize(
    ("filter", "topic"),
    [("a/+", "a/b/c"), ("a/+", "a"), ("a.b", "axb"), ("#", "$SYS/load"), ("+/load", "$SYS/load"), ("a/#", "ab")],
)
def test_a_filter_leaves_out_what_a_broker_would_not_send(filter: str, topic: str) -> None:
    assert not matches(filter, topic)


def test_a_pattern_gives_the_device_of_a_topic_whole_or_inside_a_level() -> None:
    assert device_in("plant/{device}/telemetry", "plant/kiln-1/telemetry") == "kiln-1"
    assert device_in("plant/kiln_{device}/+", "plant/kiln_7/temp") == "7"
    assert device_in("plant/{device}/telemetry", "plant/kiln-1/state") is None
    assert device_in("plant/{device}/telemetry", "plant//telemetry") is None
    assert device_in("plant/all", "plant/all") == ""


def test_a_device_named_twice_must_be_the_same_device() -> None:
    assert device_in("{device}/x/{device}", "a/x/a") == "a"
    assert device_in("{device}/x/{device}", "a/x/b") is None


def test_a_pattern_becomes_a_filter_level_by_level() -> None:
    assert to_filter("plant/{device}/telemetry") == "plant/+/telemetry"
    assert to_filter("kiln_{device}/#") == "+/#"


@pytest.mark.parametrize("text", ["", "a#", "a/#/b", "+a/b", "a\0b", "x" * 70_000])
def test_a_malformed_filter_is_refused(text: str) -> None:
    assert not is_filter(text)


def test_topics_of_the_broker_and_of_suiro_are_reserved() -> None:
    assert all(map(is_reserved, ("$SYS/broker", "$share/g/t", "suiro/in/1", "suiro")))
    assert not any(map(is_reserved, ("suirou/x", "plant/suiro")))
    assert all(map(is_filter, ("a/+/#", "#", "+")))
