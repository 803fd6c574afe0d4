"""Starting the broker where somebody else takes its port at the last moment."""

import socket
from pathlib import Path

import pytest

import config.broker
from config.processes import Child, end_all
from config.run import _start_broker


def test_a_port_taken_between_choosing_and_listening_makes_way_for_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = config.broker.free_port
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        choices = iter([taken])
        monkeypatch.setattr(config.broker, "free_port", lambda wanted: next(choices, None) or choose(wanted))
        children: list[Child] = []
        try:
            url = _start_broker(children, tmp_path / "broker", tmp_path / "broker.log")
            assert children[0].alive()
            port = int(url.rsplit(":", 1)[1])
            assert port != taken
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        finally:
            end_all(children)
