"""Acknowledgements leave in order, once, and never on another connection."""

from runtime.connectors.acks import Acks


def test_the_first_messages_that_wait_are_acknowledged_in_order() -> None:
    sent: list[list[int]] = []
    acks = Acks(sent.append)
    assert acks.received([1, 0, 2]) == [True, True, True]
    assert acks.received([3]) == []
    acks.settle(2)
    acks.settle(0)
    acks.settle(1)
    assert sent == [[1, 2], [3]]


def test_a_number_that_is_held_is_ignored_until_it_is_settled() -> None:
    sent: list[list[int]] = []
    acks = Acks(sent.append)
    assert acks.received([7, 7]) == [True, False]
    assert acks.received([7, 8]) == [False, True]
    acks.settle(2)
    assert acks.received([7]) == []
    assert sent == [[7, 8]]


def test_nothing_is_sent_after_the_connection_is_gone() -> None:
    sent: list[list[int]] = []
    acks = Acks(sent.append)
    acks.received([1])
    acks.close()
    acks.settle(1)
    assert sent == []
    assert len(acks) == 0
