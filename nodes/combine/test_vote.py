"""vote: how many devices agree."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.combine.vote import Vote
from nodes.kit import latest as module
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FIELDS = Shape({"hot": FieldShape("boolean"), "t": FieldShape("number", "°C")}, False, "always", ("kiln",))


def vote(**params: Any) -> Harness:
    return Harness(Vote, {"expr": "hot", **params}, scope_of(shape=FIELDS))


def feed(node: Harness, *said: tuple[str, str, Any]) -> Harness:
    for at, device, hot in said:
        node.feed(at, {"hot": hot}, device=device)
    return node


def test_it_enters_once_when_enough_agree_and_clears_once_when_too_few_do() -> None:
    node = vote(at_least=2)
    feed(node, ("0s", "a", True), ("1s", "b", True), ("2s", "c", True), ("3s", "a", False), ("4s", "b", False))
    feed(node, ("5s", "c", False), ("6s", "a", True), ("7s", "b", True))
    assert node.ports() == [("entered", 1), ("cleared", 4), ("entered", 7)]


def test_a_share_counts_exactly_its_part_of_those_heard() -> None:
    node = vote(share=0.5)
    feed(node, ("0s", "a", False), ("1s", "b", True), ("2s", "c", False), ("3s", "d", True))
    assert node.ports() == [("entered", 1), ("cleared", 2), ("entered", 3)]


@pytest.mark.parametrize(("share", "of", "enough"), [(0.3, 10, 3), (0.7, 10, 7), (0.1, 30, 3), (1, 3, 3), (0.67, 3, 3)])
def test_a_share_written_in_decimals_is_met_at_its_very_number(share: float, of: int, enough: int) -> None:
    node = vote(share=share, already="wait")
    for number in range(of):
        feed(node, ("0s", f"d{number}", False))
    for number in range(of):
        feed(node, (f"{number + 1}s", f"d{number}", True))
    assert node.ports() == [("entered", enough)]


def test_it_sends_how_many_of_how_many_and_which_in_order_of_agreeing() -> None:
    node = vote(at_least=3)
    feed(node, ("0s", "c", True), ("1s", "x", False), ("2s", "a", True), ("3s", "c", True), ("4s", "b", True))
    assert node.sent == [("entered", 4, {"hot": True, "count": 3, "of": 4, "devices": ["c", "a", "b"]})]


def test_a_device_that_disagreed_in_between_is_named_last() -> None:
    node = vote(at_least=3)
    feed(node, ("0s", "a", True), ("1s", "b", True), ("2s", "a", False), ("3s", "a", True), ("4s", "c", True))
    assert node.sent[0][2]["devices"] == ["b", "a", "c"]


def test_at_most_twenty_devices_are_named_and_all_are_counted() -> None:
    node = vote(at_least=25)
    for number in range(25):
        feed(node, ("0s", f"d{number}", True))
    assert (node.sent[0][2]["count"], len(node.sent[0][2]["devices"])) == (25, 20)


def test_the_vote_must_hold_and_exactly_its_end_is_too_early_to_break_it() -> None:
    held = feed(vote(at_least=1, **{"for": "30s"}), ("0s", "a", True), ("31s", "a", False))
    broken = feed(vote(at_least=1, **{"for": "30s"}), ("0s", "a", True), ("30s", "a", False))
    broken.advance("5m")
    assert held.ports() == [("entered", 30), ("cleared", 31)]
    assert broken.ports() == []


def test_a_hold_goes_on_while_the_devices_that_carry_it_change() -> None:
    node = vote(at_least=1, **{"for": "30s"})
    feed(node, ("0s", "a", True), ("10s", "b", True), ("20s", "a", False))
    node.advance("30s")
    assert node.sent == [("entered", 30, {"hot": False, "count": 1, "of": 2, "devices": ["b"]})]


def test_with_wait_it_counts_only_after_it_was_not_carried_once() -> None:
    node = vote(at_least=1, already="wait")
    feed(node, ("0s", "a", True), ("1s", "b", True), ("2s", "a", False), ("3s", "b", False), ("4s", "a", True))
    assert node.ports() == [("entered", 4)]


def test_a_reading_counts_until_its_longest_age_and_then_clears_in_silence() -> None:
    node = vote(at_least=2, max_age="10m")
    feed(node, ("0s", "a", True), ("1m", "b", True))
    node.advance("9m59.999s")
    assert node.ports() == [("entered", 60)]
    node.advance("10m")
    assert node.sent[1] == ("cleared", 600, {"hot": True, "count": 1, "of": 1, "devices": ["b"]})
    node.advance("1h")
    assert len(node.sent) == 2


def test_an_event_at_exactly_the_longest_age_comes_first() -> None:
    node = vote(at_least=2, max_age="10m")
    feed(node, ("0s", "a", True), ("1m", "b", True), ("10m", "a", True))
    node.advance("10m30s")
    assert node.ports() == [("entered", 60)]
    node.advance("11m")
    assert node.ports() == [("entered", 60), ("cleared", 660)]


def test_with_a_share_silence_can_carry_a_vote() -> None:
    node = vote(share=0.5, max_age="10m")
    feed(node, ("0s", "a", False), ("1s", "b", False), ("5m", "c", True))
    assert node.ports() == []
    node.advance("20m")
    assert node.ports() == [("entered", 600), ("cleared", 900)]
    assert node.sent[1][2]["of"] == 0


def test_a_reading_that_grows_too_old_when_a_hold_would_end_breaks_it() -> None:
    node = vote(at_least=1, max_age="1m", **{"for": "1m"})
    feed(node, ("0s", "a", True))
    node.advance("5m")
    assert node.ports() == []


def test_an_older_event_of_the_same_device_is_late_and_one_of_another_counts_at_the_newest_time() -> None:
    node = vote(at_least=2, max_age="1m")
    feed(node, ("100s", "a", True), ("99s", "a", False), ("98s", "b", True), ("30s", "c", True))
    assert node.ports() == [("entered", 100)]
    assert node.troubles() == ["late", "late"]


def test_events_from_before_the_newest_do_not_make_a_hold_longer() -> None:
    node = vote(at_least=2, **{"for": "10s"})
    feed(node, ("100s", "a", True), ("95s", "b", True))
    node.advance("109.999s")
    assert node.ports() == []
    node.advance("110s")
    assert node.ports() == [("entered", 110)]


def test_what_comes_late_after_a_silence_is_not_sent_before_what_the_silence_has_sent() -> None:
    node = feed(vote(at_least=2, max_age="10m"), ("0s", "a", True), ("1m", "b", True))
    node.advance("10m")
    feed(node, ("9m55s", "c", True))
    assert node.ports() == [("entered", 60), ("cleared", 600), ("entered", 600)]


@pytest.mark.parametrize("data", [{}, {"hot": None}, {"hot": 1}, {"hot": "true"}])
def test_an_event_for_which_the_expression_has_no_value_leaves_the_vote_as_it_was(data: Any) -> None:
    node = feed(vote(at_least=2), ("0s", "a", True))
    node.feed("1s", data, device="a")
    feed(node, ("2s", "b", True))
    assert node.ports() == [("entered", 2)]
    assert len(node.troubles()) == 1


def test_an_event_without_a_device_is_a_problem() -> None:
    node = vote(at_least=1)
    node.feed("0s", {"hot": True}, device=None)
    assert (node.sent, node.troubles()) == ([], ["no_key"])


def test_the_oldest_reading_makes_room_and_its_vote_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DEVICES", 2)
    node = feed(vote(at_least=2), ("0s", "a", True), ("1s", "b", True), ("2s", "c", False), ("3s", "d", False))
    assert node.ports() == [("entered", 1), ("cleared", 2)]
    assert node.sent[1][2]["devices"] == ["b"]


def test_another_longest_age_moves_the_moment_at_which_a_reading_grows_too_old() -> None:
    node = feed(vote(at_least=1, max_age="1h"), ("0s", "a", True))
    node.change({"expr": "hot", "at_least": 1, "max_age": "5m"}, "1m")
    node.advance("5m")
    assert node.ports() == [("entered", 0), ("cleared", 300)]


def test_without_a_longest_age_any_more_nothing_grows_too_old() -> None:
    node = feed(vote(at_least=1, max_age="5m"), ("0s", "a", True))
    node.change({"expr": "hot", "at_least": 1}, "1m")
    assert node.timers == {}
    node.advance("1h")
    assert node.ports() == [("entered", 0)]


def test_another_hold_time_moves_a_pending_end_and_another_number_acts_from_the_next_event() -> None:
    node = feed(vote(at_least=1, **{"for": "10m"}), ("0s", "a", True))
    node.change({"expr": "hot", "at_least": 1, "for": "2m"}, "1m")
    node.advance("2m")
    assert node.ports() == [("entered", 120)]
    node.change({"expr": "hot", "at_least": 2, "for": "2m"}, "3m")
    assert len(node.sent) == 1
    feed(node, ("4m", "a", True))
    assert node.ports() == [("entered", 120), ("cleared", 240)]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 60), st.booleans()), max_size=40))
def test_what_is_sent_agrees_with_a_plain_count(said: list[tuple[str, int, bool]]) -> None:
    node, model, state, wanted = vote(at_least=2), dict[str, tuple[int, bool]](), False, []
    for device, time, hot in said:
        feed(node, (f"{time}s", device, hot))
        if time >= model.get(device, (0, False))[0]:
            model[device] = (time, hot)
        if (sum(agrees for _, agrees in model.values()) >= 2) is not state:
            state = not state
            wanted.append(("entered" if state else "cleared", max(time for time, _ in model.values())))
    assert node.ports() == wanted


@pytest.mark.parametrize(
    ("params", "shape", "codes"),
    [
        ({}, FIELDS, []),
        ({"expr": "t"}, FIELDS, ["expression_result"]),
        ({"expr": "hott"}, FIELDS, ["unknown_field"]),
        ({"per": "device"}, FIELDS, ["per_keeps_apart"]),
        ({}, Shape({"hot": FieldShape("boolean")}, device="never"), ["no_key"]),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, shape: Shape, codes: list[str]) -> None:
    assert Harness.problems_of(Vote, {"expr": "hot", "at_least": 1, **params}, scope_of(shape=shape)) == codes


@pytest.mark.parametrize(
    "params",
    [{}, {"at_least": 1, "share": 0.5}, {"at_least": 0}, {"at_least": 10_001}, {"share": 0}, {"share": 1.1},
     {"at_least": 1, "max_age": "0s"}, {"at_least": 1, "expr": ""}],
)  # fmt: skip
def test_params_that_mean_nothing_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        vote(**params)


def test_both_outputs_carry_the_counts_and_the_names() -> None:
    for shape in vote(at_least=1).shapes().values():
        assert shape.fields["count"] == shape.fields["of"] == FieldShape("integer")
        assert shape.fields["devices"] == FieldShape("any")
