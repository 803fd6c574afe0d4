"""The generator's books against clients that lose, double and reorder on purpose: `python -m pytest bench/load`."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from bench.load.generator import Generator
from bench.load.pretend import Answer, Client, Decide, averaging, changing, filtering, five_in_a_row

MESSAGES = 4_000
WORKLOADS = [
    ("filter", filtering, 10),
    ("five", five_in_a_row, 20),
    ("average", averaging, 10),
    ("changed", changing, 10),
]
"""Name, what a product does, one of how many readings is answered."""
Setup = Callable[[Client], None]


def run(decide: Decide, setup: Setup = lambda client: None, *, version: int = 4, names: bool = True,
        meanwhile: Callable[[Generator], None] = lambda generator: None, **options: object) -> dict[str, Any]:  # fmt: skip
    """The report of a run of MESSAGES messages with a pretended client."""
    given = {"messages": MESSAGES, "devices": 100, "warm_up": 0, "seconds": 30, "drain": 0.5, "qos": 0, **options}
    with Generator(**given) as generator:
        client = Client(generator.port, decide, version=version, qos=int(str(given["qos"])), names=names)
        setup(client)
        client.subscribe(b"plant/+/telemetry", b"suiro/hb/pretend")
        thread = threading.Thread(target=client.run, daemon=True)
        thread.start()
        try:
            meanwhile(generator)
            return generator.wait("result", 40)
        finally:
            generator.close()
            thread.join(5)
            client.socket.close()


def fault(client: Client, **at: Callable[[Answer], list[Answer]]) -> None:
    """Do something else with some answers: `fault(client, n40=lambda answer: [])`."""
    wrong = {int(name[1:]): what for name, what in at.items()}
    client.fault = lambda number, answer: wrong[number](answer) if number in wrong else [answer]


def lose(answer: Answer) -> list[Answer]:
    return []


def double(answer: Answer) -> list[Answer]:
    return [answer, answer]


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("qos", [0, 1])
@pytest.mark.parametrize("names", [True, False])
def test_a_client_without_fault_has_clean_books(version: int, qos: int, names: bool) -> None:
    report = run(filtering(), version=version, names=names, qos=qos)
    outputs = report["outputs"]
    assert report["offered"] == report["taken"] == MESSAGES
    assert outputs["expected"] == outputs["received"] == MESSAGES // 10
    assert outputs["by"] == ("number" if names else "order")
    assert (outputs["lost"], outputs["doubled"], outputs["disordered"], outputs["unexpected"]) == (0, 0, 0, 0)
    assert report["unacknowledged"] == report["acks_unknown"] == report["acks_disordered"] == 0
    assert report["protocol"] == version
    assert report["latency_us"]["count"] == MESSAGES // 10


@pytest.mark.parametrize(("workload", "decide", "share"), WORKLOADS)
@pytest.mark.parametrize("devices", [10, 100])
def test_what_must_be_answered_is_what_the_readings_say(
    workload: str, decide: Callable[[], Decide], share: int, devices: int
) -> None:
    outputs = run(decide(), workload=workload, devices=devices)["outputs"]
    assert (outputs["lost"], outputs["doubled"], outputs["unexpected"]) == (0, 0, 0)
    assert abs(outputs["expected"] - MESSAGES / share) <= devices  # a device may begin in the middle of its cycle


def test_one_that_looks_at_single_readings_fails_where_the_average_counts() -> None:
    outputs = run(lambda device, reading: reading["t"]["temp"] > 70, workload="average")["outputs"]
    assert outputs["lost"] > 100
    assert outputs["unexpected"] > 100


def test_one_that_fires_at_the_fourth_reading_fails() -> None:
    four = five_in_a_row()
    high: dict[str, int] = {}

    def decide(device: str, reading: dict[str, Any]) -> bool:
        high[device] = high.get(device, 0) + 1 if reading["t"]["temp"] > 70 else 0
        return four(device, reading) or high[device] == 4

    assert run(decide, workload="five")["outputs"]["unexpected"] > 100


@pytest.mark.parametrize("names", [True, False])
def test_every_lost_output_is_counted(names: bool) -> None:
    outputs = run(filtering(), lambda c: fault(c, n0=lose, n150=lose, n399=lose), names=names)["outputs"]
    assert (outputs["lost"], outputs["doubled"]) == (3, 0)
    assert outputs["received"] == MESSAGES // 10 - 3


@pytest.mark.parametrize("names", [True, False])
def test_every_doubled_output_is_counted(names: bool) -> None:
    options = {"rate": 8_000, "names": names}  # paced, so that a device has one reading on its way at a time
    outputs = run(filtering(), lambda c: fault(c, n0=double, n150=double, n399=double), **options)["outputs"]
    assert (outputs["lost"], outputs["doubled"]) == (0, 3)
    assert outputs["received"] == MESSAGES // 10 + 3


def test_a_loss_and_a_double_of_one_device_do_not_cancel_out_where_messages_are_named() -> None:
    outputs = run(filtering(), lambda c: fault(c, n100=lose, n110=double, n111=double))["outputs"]
    assert (outputs["lost"], outputs["doubled"]) == (1, 2)


def test_two_outputs_of_a_device_in_the_wrong_order_are_counted() -> None:
    held: list[Answer] = []

    def hold(answer: Answer) -> list[Answer]:
        held.append(answer)
        return []

    # one device: its answers 100 and 101 change places
    outputs = run(
        filtering(), lambda c: fault(c, n100=hold, n101=lambda answer: [answer, held[0]]), devices=1, messages=2_000
    )["outputs"]
    assert (outputs["lost"], outputs["doubled"], outputs["disordered"]) == (0, 0, 1)


def test_an_output_for_another_device_is_both_unexpected_and_a_loss() -> None:
    outputs = run(filtering(), lambda c: fault(c, n100=lambda answer: [("kiln-000099", answer[1])]))["outputs"]
    assert (outputs["lost"], outputs["unexpected"]) == (1, 1)


def test_an_output_of_a_message_that_should_not_pass_is_unexpected() -> None:
    outputs = run(filtering(), lambda c: fault(c, n7=lambda a: [a, (a[0], b'{"seq": 1000000001}')]))["outputs"]
    assert (outputs["lost"], outputs["unexpected"]) == (0, 1)


@pytest.mark.parametrize(
    ("acks", "found"),
    [
        (lambda number, id: [] if number == 50 else [id], {"unacknowledged": 1}),
        (lambda number, id: [id, id] if number == 50 else [id], {"acks_unknown": 1}),
    ],
)
def test_every_acknowledgement_is_checked(acks: Callable[[int, int], list[int]], found: dict[str, int]) -> None:
    report = run(filtering(), lambda client: setattr(client, "acks", acks), qos=1)
    assert found.items() <= report.items()


def test_acknowledgements_in_the_wrong_order_are_counted() -> None:
    held: list[int] = []

    def acks(number: int, id: int) -> list[int]:
        if number == 50:
            held.append(id)
            return []
        return [id, held.pop()] if held else [id]

    report = run(filtering(), lambda client: setattr(client, "acks", acks), qos=1)
    assert (report["acks_disordered"], report["unacknowledged"]) == (1, 0)


def test_no_more_are_on_their_way_than_the_client_takes() -> None:
    """The pretended client of version 5 says 500; one that never acknowledges gets no more."""
    silent: Setup = lambda client: setattr(client, "acks", lambda number, id: [])  # noqa: E731
    assert run(filtering(), silent, version=5, qos=1, seconds=1)["taken"] <= 500
    assert run(filtering(), silent, version=4, qos=1, seconds=1, window=100)["taken"] <= 100


def test_a_bound_on_the_backlog_stops_the_stream_until_outputs_come() -> None:
    def setup(client: Client) -> None:
        client.fault = lambda number, answer: []  # answers nothing but the probe

    report = run(filtering(), setup, backlog=200, seconds=1)
    assert report["taken"] <= 220
    assert report["measured"]["passed"] == 0


def test_where_outputs_may_not_lag_little_is_sent_before_the_first_came() -> None:
    def setup(client: Client) -> None:
        client.fault = lambda number, answer: []

    report = run(filtering(), setup, rate=4_000, lag=0.1, seconds=1)
    assert report["offered"] == pytest.approx(4_000, rel=0.02)
    assert report["taken"] <= 64


def test_a_stream_that_is_answered_in_time_is_not_held_back_for_good() -> None:
    report = run(filtering(), backlog=1_000, lag=0.2)
    assert report["taken"] == MESSAGES
    assert report["outputs"]["deepest"] >= 1
    assert report["outputs"]["lost"] == 0


def test_a_stall_shows_in_the_latency_of_all_that_should_have_been_sent_meanwhile() -> None:
    def stall(answer: Answer) -> list[Answer]:
        time.sleep(0.5)
        return [answer]

    report = run(filtering(), lambda c: fault(c, n100=stall), rate=4_000)
    latency = report["latency_us"]
    assert 450_000 < latency["max"] < 700_000
    assert latency["p50"] < 100_000 < latency["p99"]
    # the stall covers half of the 4,000 messages' second: so do the latencies
    assert 0.9 < report["measured"]["seconds"] < 1.5


def test_own_topics_of_the_product_come_back_to_it_alone() -> None:
    heard: list[Client] = []

    def setup(client: Client) -> None:
        heard.append(client)
        client.subscribe(b"suiro/hb/pretend")
        client.publish("suiro/hb/pretend", b"beat", 0)
        client.publish("suiro/hb/other", b"beat", 0)

    report = run(filtering(), setup)
    assert [one for one in heard[0].heard if not one[0].startswith("plant/")] == [("suiro/hb/pretend", b"beat")]
    assert report["outputs"]["unexpected"] == 0


def test_a_connection_that_ends_is_counted_and_what_it_did_not_answer_is_lost() -> None:
    def setup(client: Client) -> None:
        def cut(number: int, answer: Answer) -> list[Answer]:
            if number == 50:
                client.socket.shutdown(2)
                raise OSError("the line was cut")
            return [answer]

        client.fault = cut

    report = run(filtering(), setup, seconds=1, rate=2_000)
    assert report["disconnects"] == 1
    assert report["outputs"]["received"] == 50
    assert report["outputs"]["lost"] == report["outputs"]["expected"] - 50 > 0


def test_the_readings_have_the_size_and_the_form_that_was_promised() -> None:
    heard: list[Client] = []
    run(filtering(), heard.append)
    payloads = [payload for topic, payload in heard[0].heard if topic.startswith("plant/")]
    assert {len(payload) for payload in payloads} == {len(payloads[0])}
    assert 100 <= len(payloads[0]) <= 120


def test_while_it_is_stopped_no_time_passes() -> None:
    def stop_for_a_while(generator: Generator) -> None:
        generator.wait("measuring", 10)
        for _ in range(5):
            generator.pause()
            time.sleep(0.3)
            generator.go_on()
            time.sleep(0.05)

    report = run(filtering(), meanwhile=stop_for_a_while, rate=4_000)
    assert report["measured"]["seconds"] < 2.2  # of 2.5: one for the messages, and five stops
    assert report["outputs"]["lost"] == report["outputs"]["unexpected"] == report["outputs"]["disordered"] == 0
