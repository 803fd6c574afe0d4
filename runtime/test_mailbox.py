"""What waits for the flows is bounded, and a sender waits for room."""

import threading
import time
from typing import Any

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
    thread = threading.Thread(target=lambda: taken.append(mailbox.offer(message(b"2"), 60)))
    thread.start()
    time.sleep(0.05)
    mailbox.take(0)
    thread.join(30)
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
    assert len(mailbox.take(60)[0]) == 1
    assert time.monotonic() - started < 30


def test_who_brings_a_few_messages_has_them_handled_while_the_taker_sleeps() -> None:
    mailbox, handled, done = Mailbox(), [], []
    mailbox.at_once = lambda orders, batch: handled.append((len(orders), batch.payloads)) or 5.0  # type: ignore[func-returns-value]
    mailbox.offer(message(b"0"), 0)  # nobody sleeps: it waits
    assert handled == []
    assert len(mailbox.take(0)[1]) == 1
    thread = threading.Thread(target=lambda: done.append(mailbox.take(5)))
    thread.start()
    while not mailbox._sleeps_until:
        time.sleep(0.001)
    mailbox.post(lambda: None, within=60)
    assert mailbox.offer(message(b"1"), 0)
    assert handled == [(1, [b"1"])]
    mailbox.offer(Batch(["t"] * 100, [b"x"] * 100, 0, lambda: None, 100), 0)  # too many: the taker does it
    thread.join(5)
    assert [len(batch) for batch in done[0][1]] == [100]


def test_a_taker_wakes_when_what_was_done_in_its_place_says_so() -> None:
    mailbox, done = Mailbox(), []
    mailbox.at_once = lambda orders, batch: 0.0
    started = time.monotonic()
    thread = threading.Thread(target=lambda: done.append(mailbox.take(60)))
    thread.start()
    while not mailbox._sleeps_until:
        time.sleep(0.001)
    mailbox.offer(message(b"1"), 0)
    thread.join(30)
    assert done == [([], [])]
    assert time.monotonic() - started < 30


def test_what_nobody_could_handle_at_once_waits_with_its_orders() -> None:
    mailbox, done = Mailbox(), []
    mailbox.at_once = lambda orders, batch: None
    thread = threading.Thread(target=lambda: done.append(mailbox.take(5)))
    thread.start()
    while not mailbox._sleeps_until:
        time.sleep(0.001)
    mailbox.post(lambda: None, within=60)
    mailbox.offer(message(b"1"), 0)
    thread.join(5)
    assert (len(done[0][0]), len(done[0][1])) == (1, 1)


def test_a_taker_that_wakes_while_its_work_is_done_elsewhere_sleeps_no_longer_than_it_should() -> None:
    mailbox, done = Mailbox(), []

    def at_once(orders: list[Any], batch: Batch) -> float:
        mailbox.post(lambda: None, within=0.05)  # the taker hears of it
        time.sleep(0.02)
        return 60.0

    mailbox.at_once = at_once
    thread = threading.Thread(target=lambda: done.append(mailbox.take(60)), daemon=True)
    thread.start()
    while not mailbox._sleeps_until:
        time.sleep(0.001)
    mailbox.offer(message(b"1"), 0)
    thread.join(30)
    assert [len(orders) for orders, _ in done] == [1]
