"""Pictures of cameras that are asked for them, at addresses that the operator of this machine gave: through the one door,
bounded in bytes and time, and looked at like every other picture."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx2

from nodes.kit.effect import Answer
from nodes.kit.picture import REFUSED
from runtime.addresses import AddressRefused, Egress
from runtime.pictures import MOST_BYTES
from runtime.senders.deadline import Deadline
from runtime.senders.egress import http_client

HEADERS = {"Accept": "image/jpeg,image/png,image/webp"}
Keep = Callable[[bytes, tuple[str, ...]], dict[str, Any]]
"""Looks at a picture, blurs this in it, keeps it and gives its handle, or says why not."""


class Cameras:
    """`take` may be called from several threads."""

    def __init__(self, addresses: dict[str, str], egress: Egress, keep: Keep) -> None:
        self._addresses, self._keep = addresses, keep
        self._deadline = Deadline()
        self._lock = threading.Lock()
        self._egress = egress
        self._client: httpx2.Client | None = None
        self._missed: set[str] = set()
        self.away: dict[str, str] = {}
        """By device of which two tries or more in a row brought no picture: why."""

    def take(self, device: str, timeout: float, blur: tuple[str, ...] = ()) -> Answer:
        """The handle of a fresh picture of `device`, with `blur` blurred in it, within `timeout` seconds. Never raises; `error` is no_camera, camera_away,
        address_refused, or why the picture was refused."""
        answer = self._taken(device, timeout, blur)
        if answer.error not in ("camera_away", "address_refused"):
            self._missed.discard(device)
            self.away.pop(device, None)
        elif device in self._missed:
            self.away[device] = answer.detail or answer.error
        else:
            self._missed.add(device)
        return answer

    def _taken(self, device: str, timeout: float, blur: tuple[str, ...]) -> Answer:
        url = self._addresses.get(device)
        if url is None:
            return Answer(error="no_camera", detail=f"no address is given for {device}")
        self._deadline.start(timeout)
        try:
            data = self._filmed(url) if url.lower().startswith("rtsp://") else self._fetched(url)
        except AddressRefused as refused:
            return Answer(error="address_refused", detail=str(refused))
        except _Away as away:
            return Answer(error="camera_away", detail=str(away))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as problem:  # their texts may hold the address
            return Answer(error="camera_away", detail=f"{device}: {type(problem).__name__}")
        found = self._keep(data, blur)
        return Answer(error=str(found[REFUSED]), detail=device) if REFUSED in found else Answer(value=found)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _opened(self) -> httpx2.Client:
        with self._lock:
            if self._client is None:
                self._client = http_client(self._egress, deadline=self._deadline, timeout=httpx2.Timeout(30.0))
            return self._client

    def _filmed(self, url: str) -> bytes:
        """Loaded with the decoder behind it for the first camera of this kind."""
        from runtime.connectors.rtsp import NoVideo, picture_of

        try:
            return picture_of(url, self._egress, self._deadline)
        except NoVideo as none:
            raise _Away(str(none)) from none

    def _fetched(self, url: str) -> bytes:
        parts = urlsplit(url)
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        if parts.username is None:
            return self._read(bare, None)
        name, word = unquote(parts.username), unquote(parts.password or "")
        try:
            return self._read(bare, httpx2.DigestAuth(name, word))  # gives nothing away to a camera that wants Basic
        except _WantsBasic:
            return self._read(bare, httpx2.BasicAuth(name, word))

    def _read(self, url: str, auth: httpx2.Auth | None) -> bytes:
        with self._opened().stream("GET", url, auth=auth, headers=HEADERS) as response:
            asks = response.headers.get("WWW-Authenticate", "") if response.status_code == 401 else ""
            if asks.lower().startswith("basic") and not isinstance(auth, httpx2.BasicAuth):
                raise _WantsBasic("the camera wants a name and a password")
            if response.status_code != 200:
                raise _Away(f"the camera said {response.status_code}")
            parts, size = [], 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    break  # refused as too heavy where it is looked at
        return b"".join(parts)


class _Away(Exception):
    """There is no picture."""


class _WantsBasic(_Away):
    """It knows no better way to ask for a password."""
