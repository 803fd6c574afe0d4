"""What is snoozed is held back where it would leave: counted, told of, and kept over a restart without the server."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.snoozes import Snooze, Snoozes
from tests.brokers import listening, mosquitto, wait_until
from tests.worker_bench import LAMP, Bench, bench_of, document_of

HOUR = 3_600_000


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def now() -> int:
    return int(time.time() * 1000)


def snooze(bench: Bench, **given: Any) -> None:
    one = {"id": "s1", "start": now() - 1000, "until": now() + HOUR, **given}
    bench.server.send(t="snoozes", snoozes=[one, {"id": 5}, "nothing"])


def reasons(bench: Bench, **counts: int) -> None:
    """The worker's status says so many actions of f1 were dropped for these reasons."""

    def said() -> bool:
        bench.server.send(t="status")
        frames = [f for f in bench.server.frames if f.get("t") == "status" and "f1" in (f.get("flows") or {})]
        return bool(frames) and frames[-1]["flows"]["f1"]["effects"]["reasons"] == counts

    wait_until(said, 10, str(counts))


def test_a_notice_of_a_snoozed_device_is_held_back_told_of_and_counted(bench: Bench) -> None:
    snooze(bench, device="kiln-1")
    bench.deploy(document=document_of())
    bench.publish(85)
    (row,) = bench.server.wait_rows("snoozed", 1)
    assert (row["data"]["text"], row["data"]["snooze"]) == ("Kiln 1 is at 85 °C", "s1")
    assert (row["data"]["to"], row["data"]["device"], row["flow"]) == ("shift-channel", "kiln-1", "f1")
    (effect,) = bench.server.wait_rows("effect", 1)
    assert (effect["data"]["sent"], effect["data"]["outcome"]) == (False, "snoozed")
    assert bench.server.rows_of("notice") == []
    assert bench.server.rows_of("dead") == []
    reasons(bench, snoozed=1)


@pytest.mark.parametrize(
    "other",
    [{"device": "kiln-2"}, {"flow": "f2"}, {"flow": "f1", "device": "kiln-2"}, {}, {"device": "kiln-1", "until": 1}],
)
def test_what_is_not_snoozed_is_told(bench: Bench, other: dict[str, Any]) -> None:
    snooze(bench, **other)
    bench.deploy(document=document_of())
    bench.publish(85)
    bench.server.wait_rows("notice", 1)
    assert bench.server.rows_of("snoozed") == []


def test_commands_leave_unless_the_person_has_said_so(bench: Bench) -> None:
    snooze(bench, flow="f1")
    bench.deploy(document=document_of(LAMP))
    with listening(bench.broker, "plant/+/set") as seen:
        bench.publish(85)
        bench.server.wait_rows("snoozed", 1)
        wait_until(lambda: len(seen) == 1, 5, "the lamp")


def test_commands_stay_when_the_person_has_said_so(bench: Bench) -> None:
    snooze(bench, flow="f1", commands=True)
    bench.deploy(document=document_of(LAMP))
    with listening(bench.broker, "plant/+/set") as seen:
        bench.publish(85)
        rows = bench.server.wait_rows("snoozed", 2)
        assert {row["data"]["node"] for row in rows} == {"tell", "lamp"}
        assert all(row["data"]["text"] for row in rows)
        assert seen == []


def test_a_snooze_holds_over_a_restart_though_the_server_does_not_repeat_it(bench: Bench) -> None:
    snooze(bench, flow="f1")
    bench.deploy(document=document_of())
    bench.publish(85)
    bench.server.wait_rows("snoozed", 1)
    bench.stop()
    bench.start()
    bench.subscribed()
    for temperature in (20, 90):
        bench.publish(temperature)
    assert bench.server.wait_rows("snoozed", 3)[2]["data"]["text"] == "Kiln 1 is at 90 °C"
    assert bench.server.rows_of("notice") == []


def test_a_snooze_begins_and_ends_to_the_millisecond() -> None:
    one = Snooze("s", 10, 20, device="d")
    assert [one.covers("f", "d", at) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert not Snooze("s", 0, 9).covers("f", "d", 1), "nothing named holds nothing back"


def test_without_snoozes_an_action_is_not_even_looked_at() -> None:
    snoozes = Snoozes(lambda: pytest.fail("the clock was read"), lambda flow, effect, id: None)
    assert snoozes.take(None, None) is False  # type: ignore[arg-type]
