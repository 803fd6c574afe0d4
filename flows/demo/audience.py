"""The second door of a demo, for phones on the same network: an ASGI application that shows this one demo and nothing else.

It reads nothing but the path and `Host`: no body, no cookie, no session, no other method than GET. The link's secret stands in every
path but those of the page's own scripts and styles, which are the same for everybody."""

import asyncio
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import msgspec

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

MOST_VIEWERS = 60
"""Streams that are open at a time."""
MOST_WAITING = 50
"""Frames that wait for one viewer; one that falls behind further begins anew."""
EVERY_SECOND, AT_ONCE = 20, 60
"""Requests from one address, and how many of them may come together."""
MOST_ADDRESSES = 1_000
STILL = 15.0
"""Seconds after which a stream says that it still is there."""
FOR_ALL = ("now", "start", "run", "step", "readings", "points", "levels", "limits", "boxes")
"""What of a frame goes out. Not the sentence, the switches, the flow, or what is on its wires."""
OF_ALERT = ("id", "at", "kind", "device", "to", "said", "pending", "values")
ROUTES = ("/{token}/", "/{token}/stream", "/{token}/plan", "/{token}/pictures/{sha256}", "/assets/{file}")
"""Every address there is."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cache-control": "no-store",
}
TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


class Shown(msgspec.Struct):
    """What the door shows: the page, its files by name, all there is to see, pictures by SHA-256, the plan."""

    page: bytes
    files: dict[str, bytes]
    whole: Callable[[], dict[str, Any]]
    picture: Callable[[str], bytes | None]
    plan: Callable[[], bytes | None]


def for_audience(state: dict[str, Any]) -> dict[str, Any]:
    """Of a frame, or of everything, what the audience may see."""
    seen = {name: state[name] for name in FOR_ALL if name in state}
    if "alerts" in state:
        seen["alerts"] = [{name: alert[name] for name in OF_ALERT if name in alert} for alert in state["alerts"]]
    return seen


class Audience:
    """The application. `tell` may be called from any thread; the rest is its event loop's."""

    def __init__(self, token: str, hosts: list[str], shown: Shown) -> None:
        self._token, self._hosts, self._shown = token, hosts, shown
        self._loop: asyncio.AbstractEventLoop | None = None
        self._viewers: set[asyncio.Queue[bytes | None]] = set()
        self._allowance: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._over = False

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    def tell(self, frame: dict[str, Any]) -> None:
        """A frame of the demo, on its way to everybody who looks."""
        if self._loop is None or not self._viewers:
            return
        seen = {"whole": for_audience(frame["whole"])} if "whole" in frame else for_audience(frame)
        self._loop.call_soon_threadsafe(self._pass_on, _event(seen))

    def end(self) -> None:
        """Every stream ends at once, and nothing is shown any more."""
        self._over = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hang_up)

    def _pass_on(self, event: bytes) -> None:
        for queue in self._viewers:
            if queue.qsize() >= MOST_WAITING:
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(_event({"whole": for_audience(self._shown.whole())}))
            else:
                queue.put_nowait(event)

    def _hang_up(self) -> None:
        for queue in self._viewers:
            queue.put_nowait(None)

    # --- requests -----------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self._loop = asyncio.get_running_loop()
        status, headers, body = self._answer(scope)
        if not isinstance(body, asyncio.Queue):
            await _send_all(send, status, headers, b"" if scope["method"] == "HEAD" else body)
            return
        try:
            await self._stream(body, receive, send)
        finally:
            self._viewers.discard(body)

    def _answer(self, scope: Scope) -> tuple[int, dict[str, str], "bytes | asyncio.Queue[bytes | None]"]:
        refused = self._refused(scope)
        if refused:
            return refused, {}, b""
        match str(scope["path"]).split("/")[1:]:
            case ["assets", name]:
                file = self._shown.files.get(name)
                kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
                cached = {"content-type": kind, "cache-control": "public, max-age=3600"}
                return (200, cached, file) if file is not None else (404, {}, b"")
            case [token, *rest] if self._known(token):
                return self._told(rest, scope)
        return 404, {}, b""

    def _told(self, path: list[str], scope: Scope) -> tuple[int, dict[str, str], "bytes | asyncio.Queue[bytes | None]"]:
        match path:
            case [""]:
                return 200, {"content-type": "text/html; charset=utf-8"}, self._shown.page
            case ["stream"] if scope["method"] == "GET":
                if len(self._viewers) >= MOST_VIEWERS:
                    return 503, {"retry-after": "30"}, b""
                queue: asyncio.Queue[bytes | None] = asyncio.Queue()
                self._viewers.add(queue)
                return 200, {}, queue
            case ["plan"]:
                return _picture(self._shown.plan(), "image/png")
            case ["pictures", sha256]:
                return _picture(self._shown.picture(sha256), "image/jpeg")
        return 404, {}, b""

    def _refused(self, scope: Scope) -> int:
        """A status, or 0."""
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        if self._over or host.lower() not in self._hosts:
            return 404
        if scope["method"] not in ("GET", "HEAD"):
            return 405
        client = scope.get("client") or ("", 0)
        return 0 if self._allowed(str(client[0]), time.monotonic()) else 429

    def _known(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._token.encode())

    def _allowed(self, address: str, now: float) -> bool:
        """A bucket for each address: EVERY_SECOND more each second, AT_ONCE at most."""
        left, since = self._allowance.pop(address, (float(AT_ONCE), now))
        left = min(float(AT_ONCE), left + (now - since) * EVERY_SECOND)
        self._allowance[address] = (max(left - 1, 0.0), now)
        while len(self._allowance) > MOST_ADDRESSES:
            self._allowance.popitem(last=False)
        return left >= 1

    async def _stream(self, queue: "asyncio.Queue[bytes | None]", receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_until_gone(receive))
        headers = {"content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no"}
        await send({"type": "http.response.start", "status": 200, "headers": _headers(headers)})
        try:
            whole = await asyncio.to_thread(self._shown.whole)
            await _more(send, _event({"whole": for_audience(whole)}))
            async for event in _events(queue, gone):
                await _more(send, event)
        finally:
            gone.cancel()
        await _more(send, b"event: over\ndata: {}\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _events(queue: "asyncio.Queue[bytes | None]", gone: "asyncio.Future[None]") -> AsyncIterator[bytes]:
    """What comes, and a word now and then where nothing does, until the end or until the viewer has gone."""
    while not gone.done():
        waiting = asyncio.ensure_future(queue.get())
        either: set[asyncio.Future[Any]] = {waiting, gone}
        await asyncio.wait(either, timeout=STILL, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            if not gone.done():
                yield b": still here\n\n"
            continue
        event = waiting.result()
        if event is None:
            return
        yield event


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _more(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _send_all(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    length = {"content-length": str(len(body))}
    await send({"type": "http.response.start", "status": status, "headers": _headers(headers | length)})
    await send({"type": "http.response.body", "body": body})


def _headers(more: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in (HEADERS | more).items()]


def _event(seen: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(seen, ensure_ascii=False)}\n\n".encode()


def _picture(data: bytes | None, kind: str) -> tuple[int, dict[str, str], bytes]:
    return (404, {}, b"") if data is None else (200, {"content-type": kind}, data)
