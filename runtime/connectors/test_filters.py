"""Filters of one session never overlap and lose no topic."""

from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from runtime.connectors.filters import cover, everything, meet, overlap, union

LEVEL = st.sampled_from(["a", "b", "c", "", "$x"])
TOPICS = st.lists(LEVEL, min_size=1, max_size=4).map("/".join)


@st.composite
def filters(draw: st.DrawFn) -> str:
    levels = draw(st.lists(st.sampled_from(["a", "b", "", "+", "$x"]), min_size=0, max_size=3))
    return "/".join([*levels, "#"] if draw(st.booleans()) or not levels else levels)


def test_a_filter_within_another_disappears() -> None:
    assert cover({"plant/#": 0, "plant/+/telemetry": 1, "plant/k1/telemetry": 0}) == {"plant/#": 1}


def test_filters_apart_stay_apart() -> None:
    wanted = {"plant/+/telemetry": 1, "office/+/air": 0, "plant/+/state": 1}
    assert cover(wanted) == wanted


def test_two_that_cross_become_one_that_covers_both() -> None:
    assert cover({"a/+/c": 1, "a/b/+": 0}) == {"a/+/+": 1}


def test_a_filter_that_also_matches_its_parent_overlaps_with_it() -> None:
    assert cover({"a/#": 1, "a": 1}) == {"a/#": 1}


def test_wildcards_do_not_reach_system_topics() -> None:
    assert cover({"#": 1, "$SYS/#": 0}) == {"#": 1, "$SYS/#": 0}


@given(st.dictionaries(filters(), st.integers(0, 1), max_size=6), TOPICS)
def test_every_wanted_topic_is_covered_exactly_once(wanted: dict[str, int], topic: str) -> None:
    found = cover(wanted)
    matching = [one for one in found if topic_matches_sub(one, topic)]
    if any(topic_matches_sub(one, topic) for one in wanted):
        assert len(matching) == 1
        assert found[matching[0]] >= max(q for one, q in wanted.items() if topic_matches_sub(one, topic))
    assert len(matching) <= 1


@given(filters(), filters(), TOPICS)
def test_overlap_and_union_agree_with_the_matcher(a: str, b: str, topic: str) -> None:
    in_a, in_b = topic_matches_sub(a, topic), topic_matches_sub(b, topic)
    assert not (in_a and in_b) or overlap(a, b)
    assert not overlap(a, b) or not (in_a or in_b) or topic_matches_sub(union(a, b), topic)


@given(filters(), filters(), TOPICS)
def test_where_two_meet_both_match(a: str, b: str, topic: str) -> None:
    if overlap(a, b):
        assert topic_matches_sub(meet(a, b), topic) == (topic_matches_sub(a, topic) and topic_matches_sub(b, topic))


def test_everything_stays_the_same_whatever_is_wanted() -> None:
    assert everything({"plant/+/telemetry": 0}) == everything({"plant/#": 1, "a": 0}) == {"#": 1}
    assert everything({"$SYS/+": 0, "a": 1}) == {"#": 1, "$SYS/+": 0}
