"""Metrics: for who has the token, exact, and safe against names."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from flows import commands
from flows.commands.workers import worker_trouble
from flows.models import Membership, Worker
from flows.tests.conftest import Api, document
from flows.tests.test_letters import effect, keep
from runtime.worker import Worker as RunningWorker
from tests.brokers import wait_until

EVIL = 'a"b\\c\nd'
COMMANDS = ("waiting", "bytes", "on_disk", "disk_bytes")


def read(token: str | None) -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"} if token is not None else {})


@pytest.mark.django_db
def test_without_the_token_there_is_nothing(settings: Any) -> None:
    for wanted, given in (("", ""), ("", None), ("secret", None), ("secret", "wrong"), ("secret", "")):
        settings.METRICS_TOKEN = wanted
        assert read(given).status_code == 404


def test_counts_are_as_the_worker_says(settings: Any, member: Membership, worker: tuple[Worker, str]) -> None:
    settings.METRICS_TOKEN = "secret"
    flow = commands.new_flow(member, document=document(name=EVIL))
    keep(worker, flow, effect())
    fates = {"received": 12, "delivered": 3, "kept": 4, "filtered": 4, "late": 0, "dropped": 0, "dead": 1}
    ends = {"created": 7, "sent": 3, "pending": 1, "expired": 0, "dropped": 2, "dead": 1, "on_disk": 1}
    reasons = {"oldest": 2}
    commands.worker_status(worker[0], {
        "broker": {"connected": True},
        "flows": {str(flow.id): {"sources": {"kiln": fates}, "effects": {**ends, "reasons": reasons}}},
        "destinations": [{"id": "shift", "state": "open", "waiting": 1_000, "on_disk": 7, "disk_bytes": 900}],
        "commands": {"waiting": 3, "bytes": 120, "on_disk": 2, "disk_bytes": 80},
        "asks": [{"id": "default", "waiting": 4, "bytes": 5_000}],
    })  # fmt: skip
    text = read("secret").content.decode()
    assert 'suiro_worker_store_refuses{workspace="ours",worker="local"} 0\n' in text
    shown = f'flow="{flow.id}",name="a\\"b\\\\c\\nd"'
    for fate, count in fates.items():
        line = f'suiro_events{{workspace="ours",worker="local",{shown},source="kiln",fate="{fate}"}} {count}\n'
        assert line in text
    assert f'suiro_actions_dropped{{workspace="ours",worker="local",{shown},reason="oldest"}} 2\n' in text
    assert f'suiro_actions{{workspace="ours",worker="local",{shown},fate="pending"}} 1\n' in text
    assert 'suiro_destination_open{workspace="ours",worker="local",destination="shift"} 1\n' in text
    assert 'suiro_destination_waiting{workspace="ours",worker="local",destination="shift",in="disk"} 7\n' in text
    assert 'suiro_destination_bytes{workspace="ours",worker="local",destination="shift",in="disk"} 900\n' in text
    assert 'suiro_commands_waiting{workspace="ours",worker="local",in="memory"} 3\n' in text
    assert 'suiro_commands_bytes{workspace="ours",worker="local",in="disk"} 80\n' in text
    assert 'suiro_asks_waiting{workspace="ours",worker="local",model="default"} 4\n' in text
    assert 'suiro_asks_bytes{workspace="ours",worker="local",model="default"} 5000\n' in text
    assert f'suiro_dead_letters{{workspace="ours",{shown}}} 1\n' in text
    worker_trouble(worker[0], "the store cannot be written: disk is full")
    assert 'suiro_worker_store_refuses{workspace="ours",worker="local"} 1\n' in read("secret").content.decode()


def test_what_a_real_worker_says_of_its_queues_reaches_metrics_and_the_workers_page(
    settings: Any, server: str, api: Api, member: Membership, worker: tuple[Worker, str], tmp_path: Path
) -> None:
    settings.METRICS_TOKEN = "secret"
    (tmp_path / "token").write_text(worker[1])
    running = RunningWorker(f"ws://{server}/ws/worker", tmp_path / "token", tmp_path / "store", "w")
    running.start()
    try:
        line, nothing = (
            'suiro_commands_bytes{workspace="ours",worker="local",in="memory"} 0\n',
            dict.fromkeys(COMMANDS, 0),
        )
        wait_until(
            lambda: line in read("secret").content.decode(), 60
        )  # not while it goes over to the broker it was told
        wait_until(lambda: [one["commands"] for one in api("GET", "/api/workers").json()] == [nothing], 60)
    finally:
        running.stop()
