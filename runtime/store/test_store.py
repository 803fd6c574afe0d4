"""What a worker keeps, and what one transaction keeps together: the same of a folder and of a database."""

import pytest

from runtime.lock import InUse
from runtime.mailbox import Batch
from runtime.store import Change, DeadLetter, Store, Waiting, interface
from runtime.store.conftest import Open

HEADER = b'{"now":1}'


def batch(arrived: int, *messages: tuple[str, bytes]) -> Batch:
    return Batch([topic for topic, _ in messages], [payload for _, payload in messages], arrived, lambda: None, 0)


def many(count: int, arrived: int = 1) -> Batch:
    return batch(arrived, *((f"t/{number}", b"%d" % number) for number in range(count)))


def letter(key: str, what: bytes = b"{}", flow: str = "f", kind: str = "effect") -> DeadLetter:
    return DeadLetter(flow, key, kind, what, 5, 9, 3, "refused", "410 Gone")


def places(store: Store, after: int = 0, most: int = 10_000) -> list[int]:
    return [row.place for row in store.after(after, most)]


# --- inbox ------------------------------------------------------------------------------------------------------------


def test_what_was_received_is_there_after_a_restart(opened: Open) -> None:
    store = opened()
    assert list(store.receive([batch(1, ("a/b", b"\x00\xff")), batch(2, ("c", b""), ("炉/d", b"x"))])) == [1, 2]
    store.close()
    store = opened()
    assert [(r.place, r.arrived, r.topic, r.payload) for r in store.after(0)] == [
        (1, 1, "a/b", b"\x00\xff"),
        (2, 2, "c", b""),
        (3, 2, "炉/d", b"x"),
    ]
    assert places(store, 1) == [2, 3]
    assert store.last_place() == 3


def test_batches_of_one_moment_are_told_apart(opened: Open) -> None:
    store = opened()
    assert list(store.receive([many(3), many(2), many(4, arrived=2)])) == [1, 4, 6]
    assert list(store.receive([])) == []
    assert list(store.receive([many(1)])) == [10]
    assert [(r.place, r.topic, r.arrived) for r in store.after(2, 4)] == [
        (3, "t/2", 1),
        (4, "t/0", 1),
        (5, "t/1", 1),
        (6, "t/0", 2),
    ]


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_the_inbox_is_read_in_pages(opened: Open, size: int) -> None:
    store = opened()
    for arrived in range(3_000 // size):
        store.receive([many(size, arrived)])
    total, place, pages = store.last_place(), 0, []
    while page := places(store, place, 256):
        pages.append(page)
        place = page[-1]
    assert [one for page in pages for one in page] == list(range(1, total + 1))
    assert all(len(page) == 256 for page in pages[:-1])


def test_receipts_outlive_their_messages_for_a_while(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "RECEIPTS", 5)
    store = opened()
    for number in range(4):
        store.receive([many(2), many(1, arrived=2)], b"%d" % number)
    store.receive([many(1)])
    store.receive([], b"of nothing")
    assert store.receipts() == [b"0", b"1", b"2", b"3"]
    store.commit([], passed=13)
    store.close()
    store = opened()
    assert places(store) == []
    assert store.receipts() == [b"2", b"3"]


def test_places_are_never_used_twice(opened: Open) -> None:
    store = opened()
    store.receive([many(2)])
    store.commit([], passed=2)
    store.close()
    store = opened()
    assert store.after(0) == []
    assert store.last_place() == 2
    assert list(store.receive([batch(3, ("a", b"")), batch(4, ("a", b""))])) == [3, 4]


def test_messages_that_were_not_passed_stay(opened: Open) -> None:
    store = opened()
    store.receive([many(5)])
    store.receive([many(5)])
    store.commit([], passed=3)
    assert places(store, 3) == [4, 5, 6, 7, 8, 9, 10]
    store.commit([], passed=5)
    assert places(store) == [6, 7, 8, 9, 10]


# --- flows ------------------------------------------------------------------------------------------------------------


def test_memory_outbox_letters_and_rows_change_together(opened: Open) -> None:
    store = opened()
    store.keep_deploy("f", b"{}", 0)
    waiting = [Waiting("f", "k1", b"{}", 5)]
    change = Change("f", 7, HEADER, [("n", "a", b"1")], waiting, dead=[letter("k0")])
    store.commit([change], [b'{"a":1}', b'{"a":2}'])
    store.close()
    store = opened()
    (kept,) = store.kept()
    assert (kept.flow, kept.header, kept.place) == ("f", HEADER, 7)
    assert list(store.records("f")) == [("n", "a", b"1")]
    assert [(w.key, w.created) for w in store.waiting("f")] == [("k1", 5)]
    assert [one.key for one in store.dead()] == ["k0"]
    assert store.reader().rows(0) == [(1, b'{"a":1}'), (2, b'{"a":2}')]
    store.commit([Change("f", settled=["k1"])])
    assert store.waiting("f") == []
    assert store.kept()[0].header == HEADER


def test_records_are_written_in_their_order_and_stay_where_they_are(opened: Open) -> None:
    store = opened()
    store.commit([Change("f", 1, HEADER, [("n", "b", b"1"), ("n", "a", b"1"), ("m", "", b"1"), ("", "k", b"1")])])
    store.commit([Change("g", 1, HEADER, [("n", "b", b"other")])])
    store.commit([Change("f", 2, HEADER, [("n", "a", b"2"), ("n", "c", b"2")])])
    assert list(store.records("f")) == [
        ("n", "b", b"1"),
        ("n", "a", b"2"),
        ("m", "", b"1"),
        ("", "k", b"1"),
        ("n", "c", b"2"),
    ]
    store.commit([Change("f", 3, HEADER, [("n", "b", None), ("n", "never", None), ("m", "", None), ("n", "b", b"3")])])
    assert list(store.records("f")) == [("n", "a", b"2"), ("", "k", b"1"), ("n", "c", b"2"), ("n", "b", b"3")]
    store.commit([Change("f", 4, HEADER, [("n", "a", b"4"), ("n", "a", b"5"), ("n", "b", None)])])
    assert list(store.records("f")) == [("n", "a", b"5"), ("", "k", b"1"), ("n", "c", b"2")]
    store.commit([Change("f", 5, HEADER, [("p", "x", b"6")], all=True)])
    assert list(store.records("f")) == [("p", "x", b"6")]
    assert list(store.records("g")) == [("n", "b", b"other")]


def test_keys_may_be_any_text(opened: Open) -> None:
    store = opened()
    keys = ["", "\0", "炉 1", "a\0b", "'", "%s", "x" * 5_000]
    store.commit([Change("f", 1, HEADER, [("n", key, b"1") for key in keys])])
    assert [key for _, key, _ in store.records("f")] == keys
    store.commit([Change("f", 1, HEADER, [("n", "a\0b", None)])])
    assert "a\0b" not in [key for _, key, _ in store.records("f")]


def test_many_records_come_back_in_order(opened: Open) -> None:
    store = opened()
    records = [("n", str(number), b"%d" % number) for number in range(10_000)]
    store.commit([Change("f", 1, HEADER, records)])
    assert list(store.records("f")) == records


def test_a_new_deploy_keeps_memory_and_forgetting_keeps_dead_letters_only(opened: Open) -> None:
    store = opened()
    store.keep_deploy("f", b"1", 3)
    assert [(kept.header, kept.place) for kept in store.kept()] == [(None, 3)]
    waiting = [Waiting("f", "k", b"{}", 1)]
    store.commit([Change("f", 5, HEADER, [("n", "a", b"1")], waiting, dead=[letter("d")])])
    store.keep_deploy("f", b"2", 9)
    (kept,) = store.kept()
    assert (kept.deploy, kept.header, kept.place) == (b"2", HEADER, 5)
    store.forget("f")
    assert store.kept() == []
    assert list(store.records("f")) == []
    assert store.waiting("f") == []
    assert [one.key for one in store.dead()] == ["d"]
    store.commit([Change("f", dead=[letter("e")], exhumed=["d"])])  # what was under way when it was stopped
    assert [one.key for one in store.dead()] == ["e"]
    assert store.kept() == []


# --- outbox and dead letters ------------------------------------------------------------------------------------------


def test_how_often_an_effect_was_tried_is_kept_until_it_is_settled(opened: Open) -> None:
    store = opened()
    store.commit([Change("f", waiting=[Waiting("f", "k", b"{}", 1), Waiting("f", "l", b"{}", 2)])])
    store.commit([Change("f", tried={"k": 3, "gone": 9}), Change("g", tried={"l": 5})])
    store.close()
    store = opened()
    assert [(one.key, one.attempts) for one in store.waiting("f")] == [("k", 3), ("l", 0)]
    store.commit([Change("f", tried={"k": 4}, settled=["k"], dead=[letter("k")])])
    assert [one.key for one in store.waiting("f")] == ["l"]
    store.exhume("k", "f")
    assert [(one.key, one.attempts) for one in store.waiting("f")] == [("l", 0), ("k", 0)]


def test_a_repeated_effect_waits_once(opened: Open) -> None:
    store = opened()
    waiting = Waiting("f", "k", b"{}", 1)
    store.commit([Change("f", waiting=[waiting, waiting])])
    store.commit([Change("f", waiting=[waiting])])
    assert len(store.waiting("f")) == 1


def test_the_outbox_is_read_in_pages(opened: Open) -> None:
    store = opened()
    for number in range(5):
        store.commit([Change("f", waiting=[Waiting("f", f"k{number}", b"{}", number)])])
    first = store.waiting("f", most=2)
    store.commit([Change("f", settled=["k1", "k4"], waiting=[Waiting("f", "k5", b"{}", 5)])])
    rest = store.waiting("f", first[-1].place)
    assert [w.key for w in [*first, *rest]] == ["k0", "k1", "k2", "k3", "k5"]


def test_dead_letters_are_listed_newest_first_and_in_pages(opened: Open) -> None:
    store = opened()
    for number in range(5):
        store.commit([Change("f", dead=[letter(f"k{number}"), letter(f"g{number}", flow="g")])])
    page = store.dead("f", 2)
    assert [one.key for one in page] == ["k4", "k3"]
    assert [one.key for one in store.dead("f", 9, page[-1].place)] == ["k2", "k1", "k0"]
    assert [one.key for one in store.dead(most=3)] == ["g4", "k4", "g3"]
    (found,) = store.dead("g", 1)
    assert (found.kind, found.what, found.created, found.died, found.attempts) == ("effect", b"{}", 5, 9, 3)
    assert (found.reason, found.detail) == ("refused", "410 Gone")


def test_an_exhumed_effect_is_in_the_outbox_again(opened: Open) -> None:
    store = opened()
    store.commit([Change("f", dead=[letter("k", b'{"a":1}'), letter("m", kind="message")])])
    store.commit([Change("g", dead=[letter("k", b"other", "g")])])
    assert store.exhume("nothing") is None
    found = store.exhume("k", "f", created=77)
    assert found is not None
    assert (found.flow, found.what, found.created) == ("f", b'{"a":1}', 5)
    assert [(w.key, w.effect, w.created) for w in store.waiting("f")] == [("k", b'{"a":1}', 77)]
    assert store.exhume("m") is not None
    assert len(store.waiting("f")) == 1
    assert [one.flow for one in store.dead()] == ["g"]


def test_a_letter_that_dies_again_is_one(opened: Open) -> None:
    store = opened()
    store.commit([Change("f", dead=[letter("k"), letter("j")])])
    store.commit([Change("f", exhumed=["k"], dead=[letter("k", b"again")])])
    assert [(one.key, one.what) for one in store.dead()] == [("k", b"again"), ("j", b"{}")]
    found = store.letter("k", "f")
    assert found is not None
    assert found.what == b"again"
    store.commit([Change("f", exhumed=["k"])])
    assert store.letter("k", "f") is None


def test_the_oldest_letters_make_room_and_are_counted(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "MOST_DEAD", 10)
    store = opened()
    for number in range(25):
        store.commit([Change("f", dead=[letter(f"k{number}")])])
    assert [one.key for one in store.dead()] == [f"k{number}" for number in range(24, 14, -1)]
    assert store.fact(interface.DEAD_DROPPED) == 15
    store.close()
    monkeypatch.setattr(interface, "MOST_DEAD_BYTES", 1_000)
    store = opened()
    store.commit([Change("f", dead=[letter("large", b"x" * 990), letter("larger", b"x" * 995)])])
    assert [one.key for one in store.dead()] == []
    store.commit([Change("f", dead=[letter("small", b"x" * 500)])])
    assert [one.key for one in store.dead()] == ["small"]


# --- rows for the server ----------------------------------------------------------------------------------------------


def test_while_the_server_is_away_the_oldest_rows_make_room(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "MOST_UP", 5)
    monkeypatch.setattr(interface, "TRIM_EVERY", 3)
    store = opened()
    for number in range(20):
        store.commit([], [b'{"n":%d}' % number])
    kept = [seq for seq, _ in store.reader().rows(0)]
    assert kept[-1] == 20
    assert 5 <= len(kept) <= 8


def test_rows_go_when_they_are_acknowledged(opened: Open) -> None:
    store = opened()
    store.commit([], [b"1", b"2", b"3"])
    store.acknowledged(2)
    reader = store.reader()
    assert reader.rows(0) == [(3, b"3")]
    store.acknowledged(3)
    assert reader.last() == 3
    reader.close()
    store.close()
    store = opened()
    store.commit([], [b"4"])
    reader = store.reader()
    assert reader.rows(0, 1) == [(4, b"4")]
    reader.close()


# --- the store itself -------------------------------------------------------------------------------------------------


def test_one_store_is_for_one_worker(opened: Open) -> None:
    store = opened()
    with pytest.raises(InUse):
        opened()
    store.close()
    opened()


def test_facts_are_remembered(opened: Open) -> None:
    store = opened()
    store.remember("broker", {"url": "mqtt://x", "name": "炉\0"})
    id = store.id
    store.close()
    store = opened()
    assert store.fact("broker") == {"url": "mqtt://x", "name": "炉\0"}
    assert store.fact("nothing") is None
    assert store.id == id


def test_letters_that_are_too_old_go_and_are_counted(opened: Open) -> None:
    store = opened()
    letters = [DeadLetter("f", f"k{died}", "effect", b"{}", 1, died, 1, "refused", "") for died in (10, 20, 30)]
    store.commit([Change("f", dead=letters)])
    assert store.expire(20) == 1
    assert store.expire(20) == 0
    assert [one.key for one in store.dead()] == ["k30", "k20"]
    assert store.fact(interface.DEAD_DROPPED) == 1
