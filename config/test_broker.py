"""The embedded broker keeps its password and port, and gives way to a taken port."""

import socket
import stat
from pathlib import Path

from config.broker import embedded_broker
from tests.brokers import any_free_port, nats


def test_password_and_port_survive_a_second_start(tmp_path: Path) -> None:
    port = any_free_port()
    first = embedded_broker(tmp_path / "broker", port=port)
    again = embedded_broker(tmp_path / "broker")
    assert first.url == again.url


def test_a_taken_port_makes_way_for_the_next_free_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        broker = embedded_broker(tmp_path, port=port)
    assert broker.port != port


def test_nobody_else_on_the_machine_can_read_the_password(tmp_path: Path) -> None:
    embedded_broker(tmp_path / "broker")
    for file in (tmp_path / "broker" / "broker.json", tmp_path / "broker" / "nats.conf"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_configuration_starts_a_broker_that_wants_the_password() -> None:
    with nats() as broker:
        assert broker.password
        assert "127.0.0.1" in broker.url
