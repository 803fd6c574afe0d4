"""The one door through which HTTP leaves: the name is resolved here, every address is checked, and the checked one is
dialled. Redirects are not followed and no proxy is read from the environment, since both would go around the check.
"""

import ssl
from collections.abc import Iterable
from typing import Any

import anyio.to_thread
import httpcore2
import httpx2

from runtime.addresses import AddressRefused, Egress, allowed_networks
from runtime.senders.deadline import Deadline

TIMEOUT = httpx2.Timeout(10.0)
_LIMITS: dict[str, Any] = {"max_connections": 20, "max_keepalive_connections": 5, "keepalive_expiry": 30.0}


def http_client(egress: Egress, *, deadline: Deadline | None = None, **options: Any) -> httpx2.Client:
    """A client whose connections all keep the policy `egress`. Also what the `openai` package takes as http_client."""
    return httpx2.Client(transport=EgressTransport(egress, deadline or Deadline()), **_options(options))


def async_http_client(egress: Egress, **options: Any) -> httpx2.AsyncClient:
    """The same for asyncio."""
    return httpx2.AsyncClient(transport=AsyncEgressTransport(egress), **_options(options))


def _options(options: dict[str, Any]) -> dict[str, Any]:
    return {"timeout": TIMEOUT, **options, "trust_env": False, "follow_redirects": False}


class EgressTransport(httpx2.HTTPTransport):
    """An HTTP transport over checked addresses."""

    def __init__(self, egress: Egress, deadline: Deadline) -> None:
        super().__init__(trust_env=False)
        context = httpx2.create_ssl_context(trust_env=False)
        backend = _Backend(egress, deadline)
        self._pool = httpcore2.ConnectionPool(ssl_context=context, network_backend=backend, **_LIMITS)


class AsyncEgressTransport(httpx2.AsyncHTTPTransport):
    """The same for asyncio."""

    def __init__(self, egress: Egress) -> None:
        super().__init__(trust_env=False)
        context = httpx2.create_ssl_context(trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context, network_backend=_AsyncBackend(egress), **_LIMITS
        )


class _Stream(httpcore2.NetworkStream):
    """A connection on which everything is over by the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(self._deadline, timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore2.SyncBackend):
    def __init__(self, egress: Egress, deadline: Deadline) -> None:
        self.egress, self.deadline = egress, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        last: Exception | None = None
        for address in _resolve(self.egress, host, port, _left(self.deadline, timeout)):
            try:
                left = _left(self.deadline, timeout)
                stream = super().connect_tcp(address, port, left, local_address, socket_options)
                return _Stream(stream, self.deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                last = failed
        raise last or httpcore2.ConnectError(f"{host} has no address")

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.NetworkStream:
        raise AddressRefused("local sockets are not dialled")


class _AsyncBackend(httpcore2.AnyIOBackend):
    def __init__(self, egress: Egress) -> None:
        self.egress = egress

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        last: Exception | None = None
        for address in await anyio.to_thread.run_sync(_resolve, self.egress, host, port, timeout):
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                last = failed
        raise last or httpcore2.ConnectError(f"{host} has no address")

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise AddressRefused("local sockets are not dialled")


def _left(deadline: Deadline, timeout: float | None) -> float | None:
    """As HTTP says it."""
    try:
        return deadline.left(timeout)
    except TimeoutError as over:
        raise httpcore2.ReadTimeout(str(over)) from over


def _resolve(egress: Egress, host: str, port: int, timeout: float | None) -> list[str]:
    try:
        return egress.resolve(host, port, timeout)
    except AddressRefused:
        raise
    except (OSError, UnicodeError) as unknown:
        raise httpcore2.ConnectError(f"{host}: {unknown}") from unknown


__all__ = ["AddressRefused", "Egress", "allowed_networks", "async_http_client", "http_client"]
