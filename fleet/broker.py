"""Where the broker is: `mqtt://user:password@host:port`, `mqtts://` for TLS."""

from urllib.parse import unquote, urlsplit

import msgspec

from fleet.problem import FleetProblem


class Broker(msgspec.Struct, frozen=True):
    """A broker's address."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: bool


def broker_at(url: str) -> Broker:
    """Reads the URL. Raises FleetProblem, without repeating a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise FleetProblem(
            "the broker is written mqtt://user:password@host:port",
            "ブローカーは mqtt://user:password@host:port と書きます",
        )
    tls = parts.scheme == "mqtts"
    name, word = parts.username, parts.password
    return Broker(
        parts.hostname,
        port or (8883 if tls else 1883),
        unquote(name) if name else None,
        unquote(word) if word else None,
        tls,
    )
