"""The address of an MQTT broker, as people write it: `mqtt://user:pass@host:1883`, `mqtts://host`."""

import ssl
from urllib.parse import unquote, urlsplit

import msgspec

PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerAddress(msgspec.Struct, frozen=True):
    """Where a broker is and how to get in. `ca` is a PEM text that replaces the system's authorities (TLS only). `everything`: all
    its topics are read, whatever flows want (docs/adr/0045); for one that carries nothing but what is meant for this product."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False
    ca: str | None = None
    everything: bool = False

    @property
    def shown(self) -> str:
        """For people and logs: never with the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.tls else 'mqtt'}://{host}:{self.port}"

    def context(self) -> ssl.SSLContext:
        """TLS that checks certificate and host name. Raises ssl.SSLError on a `ca` that is no PEM."""
        return ssl.create_default_context(cadata=self.ca) if self.ca else ssl.create_default_context()


def parse_broker(
    url: str,
    *,
    username: str | None = None,
    password: str | None = None,
    ca: str | None = None,
    everything: bool = False,
) -> BrokerAddress:
    """The address in `url`; what is given apart wins over what stands in it. Raises ValueError with a plain reason."""
    parts = urlsplit(url.strip())
    if parts.scheme not in PORTS:
        raise ValueError("a broker's address starts with mqtt:// or mqtts://")
    if not parts.hostname:
        raise ValueError("the broker's address names no host")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("nothing may follow the broker's host and port")
    return BrokerAddress(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        username=username or (unquote(parts.username) if parts.username else None),
        password=password or (unquote(parts.password) if parts.password else None),
        tls=parts.scheme == "mqtts",
        ca=ca or None,
        everything=everything,
    )
