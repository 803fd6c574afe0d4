"""No request is read without end: a larger one is refused before, or cut off while it comes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
LARGEST = 17 * 1024 * 1024
"""Bytes of a body: a picture (runtime/pictures.py) and the form around it. What fits is then bounded by each address for itself."""
WIDER = {"/api/local-models": 65 * 1024 * 1024}
"""Addresses (and those below) that take more: the file of a model (flows/trained/upload.py)."""


class TooLarge(Exception):
    """More came than was said, or than may."""


class BoundedBodies:
    """An ASGI application whose requests carry at most LARGEST bytes, or as many as WIDER says; others get 413."""

    def __init__(self, application: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = most_for(str(scope.get("path") or ""))
        length = dict(scope.get("headers") or ()).get(b"content-length", b"0")
        if not length.isdigit() or int(length[:12]) > most:
            await _refuse(send)
            return
        size, began = 0, False

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body") or b"")
            if size > most:
                raise TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.application(scope, bounded, noted)
        except TooLarge:
            if not began:
                await _refuse(send)


def most_for(path: str) -> int:
    """Bytes of a body that may be sent to an address."""
    wider = (most for place, most in WIDER.items() if path == place or path.startswith(f"{place}/"))
    return next(wider, LARGEST)


async def _refuse(send: Send) -> None:
    body = b'{"code": "too_large"}'
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
