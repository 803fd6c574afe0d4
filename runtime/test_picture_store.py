"""Kept pictures: there after a crash, bounded, and the needed ones stay."""

import threading
from pathlib import Path

import pytest

from runtime.picture_store import OLDEST, SWEEP_EVERY, Full, PictureStore
from runtime.pictures import Picture, clean
from tests.pictures import picture


def made(number: int) -> Picture:
    return clean(picture((number, 0, 0), format="PNG"), widest=100)


@pytest.fixture(params=["disk", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "pictures" if request.param == "disk" else None


def test_a_kept_picture_is_found_by_its_sum(folder: Path | None) -> None:
    store = PictureStore(folder)
    store.put(made(1))
    store.put(made(1))
    assert store.get(made(1).sha256) == made(1).data
    assert store.size == len(made(1).data)
    assert store.get("0" * 64) is None
    assert store.get("../../etc/passwd") is None


def test_it_is_there_again_after_a_crash_and_drafts_are_not(tmp_path: Path) -> None:
    PictureStore(tmp_path).put(made(1))
    draft = tmp_path / made(1).sha256[:2] / f"{made(2).sha256}.new"
    draft.write_bytes(b"torn")
    again = PictureStore(tmp_path)
    assert again.get(made(1).sha256) == made(1).data
    assert again.size == len(made(1).data)
    assert not draft.exists()


def test_the_oldest_make_room_and_the_needed_ones_stay(folder: Path | None) -> None:
    size = len(made(1).data)
    store = PictureStore(folder, most=size * 10)
    for number in range(12):
        store.put(made(number))
    assert store.due()
    store.put(made(2))  # counts as new
    assert store.thin({made(0).sha256}) == 3
    kept = [number for number in range(12) if store.get(made(number).sha256) is not None]
    assert kept == [0, 2, 5, 6, 7, 8, 9, 10, 11]
    assert store.size <= size * 10 * 0.9
    assert not store.due()


def test_where_all_is_needed_no_more_than_a_quarter_comes_on_top(folder: Path | None) -> None:
    size = len(made(1).data)
    store = PictureStore(folder, most=size * 4)
    names = [made(number).sha256 for number in range(5)]
    for number in range(5):
        store.put(made(number))
        store.thin(names)
    with pytest.raises(Full):
        store.put(made(5))
    store.thin([])
    store.put(made(19))


def test_what_is_too_old_goes(folder: Path | None) -> None:
    now = [1_000_000.0]
    store = PictureStore(folder, now=lambda: now[0])
    store.put(made(1))
    now[0] += OLDEST - 1
    store.put(made(2))
    assert not store.due()
    now[0] += SWEEP_EVERY
    assert store.due()
    assert store.thin([]) == 1
    assert store.get(made(2).sha256) is not None


def test_two_that_put_the_same_at_once_both_find_it_safe(tmp_path: Path) -> None:
    store, missing = PictureStore(tmp_path), []

    def put(numbers: range) -> None:
        for number in numbers:
            store.put(made(number))
            if not (tmp_path / made(number).sha256[:2] / made(number).sha256).is_file():
                missing.append(number)

    threads = [threading.Thread(target=put, args=(range(20),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert missing == []


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PictureStore(tmp_path)
    monkeypatch.setattr("runtime.picture_store.os.fsync", _refuse)
    with pytest.raises(OSError, match="full"):
        store.put(made(1))
    monkeypatch.undo()
    assert store.get(made(1).sha256) is None
    assert store.size == 0
    store.put(made(1))
    assert store.get(made(1).sha256) == made(1).data


def _refuse(number: int) -> None:
    raise OSError("the disk is full")
