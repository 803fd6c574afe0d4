"""When a connection says that nothing of earlier ones will come again."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.connectors import mqtt
from runtime.connectors.test_mqtt import connection, taken
from tests.brokers import close, mosquitto, publisher, wait_until


@pytest.fixture
def plant_only() -> Iterator[str]:
    """Lines of a broker's configuration that let through what is of the plant, and so no heartbeat."""
    with tempfile.NamedTemporaryFile("w", prefix="suiro-rights-") as rights:
        rights.write("topic readwrite plant/#\n")
        rights.flush()
        Path(rights.name).chmod(0o644)  # Mosquitto started by root drops to its own user
        yield f"acl_file {rights.name}"


def test_where_no_heartbeat_comes_back_a_connection_settles_once_all_is_acknowledged(
    plant_only: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "UNHEARD", 2.0)
    told: list[list[int]] = []
    with mosquitto(extra=plant_only) as broker:
        with connection(broker, "plant/#", on_lines=told.append):
            pass
        earlier = told[-1]
        with connection(broker, "plant/#", held={"plant/#": 1}, lines=earlier, on_lines=told.append) as again:
            assert again._beat_back is False
            client = publisher(broker)
            client.publish("plant/kiln", b"on", 1)
            wait_until(lambda: len(again._mailbox), 10, "the message")
            time.sleep(3)
            assert len(told[-1]) > 1, "settled although something is open"
            assert len(taken(again, 1)) == 1
            wait_until(lambda: len(told[-1]) == 1, 10, "settled")
            assert told[-1] != earlier
            close(client)
