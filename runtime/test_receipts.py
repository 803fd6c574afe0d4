"""What is kept and comes again is known, and nothing else is taken for it."""

import msgspec

from runtime import receipts
from runtime.mailbox import Batch
from runtime.receipts import Receipts, receipt_of, receipts_of

Rows = list[tuple[int, bytes, bool]]


def batch(*rows: tuple[int, bytes, bool]) -> Batch:
    """Packet number, payload, whether the broker says that it comes again."""
    mids, payloads, again = ([row[column] for row in rows] for column in range(3))
    return Batch(["t"] * len(rows), payloads, 0, lambda: None, 0, mids, again if any(again) else [])


def on(batch: Batch, *lines: int) -> Batch:
    """The same as it came on the last of these connections."""
    return msgspec.structs.replace(batch, lines=lines)


def fresh(known: Receipts, *batches: Batch) -> list[list[bytes]]:
    return [one.payloads for one in known.sift(list(batches))[0]]


def test_what_is_kept_is_left_out_when_it_comes_again() -> None:
    kept = receipts_of([batch((1, b"a", False), (2, b"b", False)), batch((3, b"c", False))])
    known = Receipts([kept])
    again = batch((2, b"b", True), (3, b"c", True), (4, b"d", True))
    assert fresh(known, again) == [[b"d"]]
    (left,), _ = known.sift([again])
    assert (left.mids, left.again) == ([4], [True])


def test_only_what_the_broker_calls_a_repeat_is_looked_up() -> None:
    known = Receipts([receipts_of([batch((1, b"a", False))])])
    assert fresh(known, batch((1, b"a", False))) == [[b"a"]]


def test_a_number_that_is_used_again_for_something_else_is_new() -> None:
    known = Receipts([receipts_of([batch((1, b"a", False))])])
    assert fresh(known, batch((1, b"b", True)), batch((2, b"a", True))) == [[b"b"], [b"a"]]


def test_on_a_connection_where_nothing_of_earlier_ones_can_come_the_same_number_and_bytes_are_another_message() -> None:
    kept, again = batch((1, b"a", False)), batch((1, b"a", True))
    known = Receipts([receipts_of([on(kept, 7)])])
    assert fresh(known, on(again, 7, 8)) == [[]]
    assert fresh(known, on(again, 8)) == fresh(known, again) == [[b"a"]]


def test_an_earlier_release_named_no_connections() -> None:
    known = Receipts([receipts_of([batch((1, b"a", False))])])
    assert fresh(known, on(batch((1, b"a", True)), 0, 8)) == [[]]


def test_both_copies_may_wait_together_and_only_one_is_taken() -> None:
    known = Receipts()
    first, second = batch((1, b"a", False), (2, b"b", False)), batch((1, b"a", True), (2, b"b", True))
    assert fresh(known, first, second) == [[b"a", b"b"], []]
    assert fresh(known, first, second) == [[b"a", b"b"], []], "asking has remembered something"


def test_messages_without_a_number_have_no_receipt() -> None:
    assert receipts_of([batch((0, b"a", False)), Batch(["t"], [b"b"], 0, lambda: None, 0)]) == b""


def test_a_number_that_has_come_round_again_is_new() -> None:
    known = Receipts()
    for first in range(1, 65_536, 4_369):
        known.add(receipts_of([batch(*[(first + n, b"on", False) for n in range(4_369)])]))
    assert fresh(known, batch((1, b"on", True)), batch((65_535, b"on", True))) == [[b"on"], []]


def test_the_oldest_receipts_make_room(monkeypatch) -> None:
    monkeypatch.setattr(receipts, "MOST", 4)
    known = Receipts()
    for number in range(1, 7):
        known.add(receipts_of([batch((number, b"x", False), (number + 10, b"x", False))]))
    assert fresh(known, batch((1, b"x", True))) == [[b"x"]]
    assert fresh(known, batch((5, b"x", True)), batch((16, b"x", True))) == [[], []]


def test_what_is_left_out_counts_by_the_connection_on_which_it_came_again() -> None:
    """A disk that refuses for long holds acknowledgements back over a connection that settles and breaks."""
    kept = receipts_of([on(batch((1, b"a", False)), 7)])
    again = batch((1, b"a", True), (2, b"b", True))
    known = Receipts([kept])
    assert fresh(known, on(again, 7, 8), on(again, 8, 9), on(again, 9, 10)) == [[b"b"], [], []]
    left, anew = known.sift([on(again, 7, 8)])
    assert fresh(known, on(again, 8, 9)) == [[b"a", b"b"]], "asking has remembered something"
    known.add(receipts_of(left, anew))
    assert fresh(known, on(again, 8, 9)) == [[]]


def test_what_only_waits_is_not_called_kept() -> None:
    waits = receipt_of(1, b"a", 7)
    again = batch((1, b"a", True))
    left, anew = Receipts().sift([on(again, 7, 8), on(again, 8, 9)], {waits})
    assert ([len(one) for one in left], anew) == ([0, 0], [])


def test_a_copy_that_was_left_out_is_known_when_it_comes_again() -> None:
    """Its twin may be acknowledged by then."""
    known, copy = Receipts(), batch((2, b"a", False))
    came = msgspec.structs.replace(on(batch((1, b"a", False)), 7), copies=[receipt_of(2, b"a", 7)])
    left, anew = known.sift([came])
    known.add(receipts_of(left, anew))
    assert [len(one) for one in left] == [1]
    assert fresh(known, on(msgspec.structs.replace(copy, again=[True]), 7, 8)) == [[]]
