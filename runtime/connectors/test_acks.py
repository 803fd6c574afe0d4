"""Acknowledgements leave in order, once, and never on another connection."""

from runtime.connectors.acks import Acks


def test_a_later_message_waits_for_the_earlier_one() -> None:
    sent: list[int] = []
    acks = Acks(sent.append)
    first, second, third = acks.received(1), acks.received(2), acks.received(3)
    assert first
    assert second
    assert third
    second()
    assert sent == []
    first()
    assert sent == [1, 2]
    third()
    assert sent == [1, 2, 3]


def test_a_number_that_is_held_is_ignored_until_it_is_settled() -> None:
    sent: list[int] = []
    acks = Acks(sent.append)
    first = acks.received(7)
    assert first
    assert acks.received(7) is None
    first()
    assert acks.received(7) is not None
    assert sent == [7]


def test_nothing_is_sent_after_the_connection_is_gone() -> None:
    sent: list[int] = []
    acks = Acks(sent.append)
    ack = acks.received(1)
    acks.close()
    assert ack
    ack()
    assert sent == []
    assert len(acks) == 0
