"""What waits for the flows is bounded, and a sender waits for room."""

import threading
import time

from runtime.mailbox import Batch, Mailbox


def message(payload: bytes = b"x") -> Batch:
    return Batch(["t"], [payload], 0, lambda: None, len(payload))


def test_messages_come_in_order_and_orders_first() -> None:
    mailbox, done = Mailbox(), []
    mailbox.offer(message(b"1"), 0)
    mailbox.offer(message(b"2"), 0)
    mailbox.post(lambda: done.append("order"))
    orders, messages = mailbox.take(0)
    assert len(orders) == 1
    assert [one.payloads for one in messages] == [[b"1"], [b"2"]]
    assert mailbox.take(0) == ([], [])


def test_too_many_or_too_large_wait_for_room() -> None:
    few, small = Mailbox(most=1), Mailbox(size=10)
    assert few.offer(message(), 0)
    assert not few.offer(message(), 0.05)
    assert small.offer(message(b"x" * 11), 0)
    assert not small.offer(message(), 0.05)
    small.take(0)
    assert small.offer(message(), 0)


def test_a_waiting_sender_goes_on_as_soon_as_there_is_room() -> None:
    mailbox, taken = Mailbox(most=1), []
    mailbox.offer(message(b"1"), 0)
    thread = threading.Thread(target=lambda: taken.append(mailbox.offer(message(b"2"), 5)))
    thread.start()
    time.sleep(0.05)
    mailbox.take(0)
    thread.join(2)
    assert taken == [True]


def test_a_batch_is_bounded() -> None:
    mailbox = Mailbox()
    for _ in range(10):
        mailbox.offer(message(b"x" * 100), 0)
    assert len(mailbox.take(0, most=3)[1]) == 3
    assert len(mailbox.take(0, size=250)[1]) == 3
    assert len(mailbox) == 4


def test_an_order_wakes_the_taker() -> None:
    mailbox = Mailbox()
    threading.Timer(0.05, lambda: mailbox.post(lambda: None)).start()
    started = time.monotonic()
    assert len(mailbox.take(5)[0]) == 1
    assert time.monotonic() - started < 2
