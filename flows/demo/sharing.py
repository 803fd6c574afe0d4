"""Showing a demo on this network: a listener of its own beside the server, with a link that ends when it is revoked."""

import html
import secrets
import socket
import threading
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import segno
import uvicorn
from django.conf import settings

from flows.demo.audience import Audience, Shown
from flows.demo.networks import addresses
from flows.demo.running import Running
from flows.demo.session import Demo
from flows.demo.telling import for_audience
from flows.templatetags.suiro import built_files

FIRST_PORT, PORTS = 8090, 10
ENTRY = "src/audience/main.tsx"
BACKLOG = 64
STATIC = ("tokens.css", "suiro.css", "mark.svg")


class NoSuchAddress(Exception):
    """This machine has no such address, or no port is free there."""


class NotBuilt(Exception):
    """The page of the audience was not built."""


class Share:
    """An open door. `url` is the link; `qr` the same as a square of `size` modules, as the path of an SVG."""

    def __init__(self, running: Running, address: str) -> None:
        token = secrets.token_urlsafe(24)
        self._socket = _bound(address)
        host, port = self._socket.getsockname()[:2]
        self.running, self.address = running, address
        self.url = f"http://{host}:{port}/{token}/"
        self.size, self.qr = _drawn(self.url)
        self.audience = Audience(token, [f"{host}:{port}"], _shown(running.demo))
        config = uvicorn.Config(
            self.audience, log_config=None, log_level=None, access_log=False, lifespan="off", ws="none", server_header=False,
            proxy_headers=False, timeout_keep_alive=5, timeout_graceful_shutdown=1, limit_concurrency=200,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="audience", daemon=True)
        self._thread.start()
        running.looks[self] = self.audience.tell

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def end(self) -> None:
        """Nobody sees anything by this link any more, from now on."""
        self.running.looks.pop(self, None)
        self.audience.end()
        self._server.should_exit = True
        self._thread.join(5)
        self._socket.close()

    def told(self) -> dict[str, Any]:
        return {
            "url": self.url, "qr": self.qr, "size": self.size, "address": self.address, "viewers": self.audience.viewers
        }  # fmt: skip


_lock = threading.Lock()
_shares: dict[str, Share] = {}


def shared(running: Running, address: str) -> Share:
    """Show this demo at an address of this machine, and at no other. Raises NoSuchAddress, NotBuilt."""
    if address not in {one["address"] for one in addresses()}:
        raise NoSuchAddress(address)
    with _lock:
        before = _shares.pop(running.demo.id, None)
    if before is not None:
        before.end()
    share = Share(running, address)
    with _lock:
        _shares[running.demo.id] = share
    running.on_end.append(lambda: revoke(running))
    _tell(running.demo, True)
    return share


def share_of(running: Running) -> Share | None:
    return _shares.get(running.demo.id)


def revoke(running: Running) -> None:
    """The link is over; open streams end at once."""
    with _lock:
        share = _shares.pop(running.demo.id, None)
    if share is not None:
        share.end()
        _tell(running.demo, False)


def _tell(demo: Demo, on: bool) -> None:
    demo.shared = on
    demo.say("shared")


def _bound(address: str) -> socket.socket:
    for port in (*range(FIRST_PORT, FIRST_PORT + PORTS), 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.bind((address, port))
        except OSError:
            listener.close()
            continue
        listener.listen(BACKLOG)
        return listener
    raise NoSuchAddress(address)


def _drawn(url: str) -> tuple[int, str]:
    """A QR code with its quiet zone, as one path of dark modules of size 1."""
    rows = list(segno.make(url, error="m", micro=False).matrix_iter(border=4))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return len(rows), "".join(dark)


def _shown(demo: Demo) -> Shown:
    files = dict(_files(settings.EDITOR_MANIFEST))
    if not files:
        raise NotBuilt
    about = msgspec.json.encode(for_audience(demo)).decode()
    plan = demo.scenario.about.show.plan
    return Shown(
        page=_page(about, list(files)),
        files=files,
        whole=demo.whole,
        picture=demo.picture,
        plan=lambda: demo.scenario.bytes(plan) if plan else None,
    )


@cache
def _files(manifest: Path) -> dict[str, bytes]:
    """What the audience's page loads, by name: our styles, and of the built scripts those that its entry needs."""
    built = built_files(ENTRY)
    if not built:
        return {}
    own = Path(settings.BASE_DIR) / "static" / "suiro"
    found = {name: (own / name).read_bytes() for name in STATIC}
    return found | {Path(name).name: (manifest.parent.parent / name).read_bytes() for name in built}


def _page(about: str, names: list[str]) -> bytes:
    """The page: no script of its own text, what is known in an attribute."""
    styles = "".join(f'<link rel="stylesheet" href="/assets/{name}">' for name in names if name.endswith(".css"))
    entry = next(Path(name).name for name in built_files(ENTRY) if name.endswith(".js"))
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="color-scheme" content="light dark"><title>Suiro</title>'
        f'<link rel="icon" type="image/svg+xml" href="/assets/mark.svg">{styles}'
        f'<script type="module" src="/assets/{entry}"></script></head>'
        f'<body><div id="audience" data-about="{html.escape(about, quote=True)}"></div></body></html>'
    ).encode()
