"""Files of models, from the server that named them: part by part, so that a broken line costs one part and no more."""

import hashlib
import threading
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx2

from runtime.addresses import AddressRefused, Egress
from runtime.inference.shelf import FetchFailed
from runtime.senders.deadline import Deadline
from runtime.senders.egress import http_client

PART = 1 << 20
"""Bytes of one part; the last one is shorter."""
PART_TIME = 60.0
"""Seconds that one part may take."""


class Fetch:
    """`server` is the address of the worker's socket (ws or wss), beside which the files are served; the token is read anew
    each time, as by runtime/control.py. Called from one thread at a time."""

    def __init__(self, server: str, token_file: Path, egress: Egress) -> None:
        self._root, self._token_file, self._egress = root_of(server), token_file, egress
        self._deadline = Deadline()
        self._client: httpx2.Client | None = None

    def __call__(self, sha256: str, size: int, place: Path, stop: threading.Event) -> None:
        """Have the file with this sha256 at `place`. What came of it before is kept beside it and gone on with. Raises
        FetchFailed, OSError."""
        part = place.with_suffix(".part")
        place.parent.mkdir(parents=True, exist_ok=True)
        have = part.stat().st_size if part.exists() else 0
        with part.open("r+b" if part.exists() else "wb") as out:
            number = min(have, size) // PART
            out.seek(number * PART)
            while out.tell() < size:
                if stop.is_set():
                    raise FetchFailed("the worker ends")
                data = self._part(sha256, number)
                if len(data) != min(PART, size - number * PART):
                    raise FetchFailed(f"part {number} of the file has {len(data)} bytes")
                out.write(data)
                number += 1
            out.truncate(size)
        with part.open("rb") as whole:
            found = hashlib.file_digest(whole, "sha256").hexdigest()
        if found != sha256:
            part.unlink()
            raise FetchFailed("what came is not the file that was asked for")
        part.replace(place)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _part(self, sha256: str, number: int) -> bytes:
        if self._client is None:
            self._client = http_client(self._egress, deadline=self._deadline, timeout=httpx2.Timeout(20.0))
        token = self._token_file.read_text("ascii").strip()
        url, headers = f"{self._root}/{sha256}/{number}", {"Authorization": f"Bearer {token}"}
        self._deadline.start(PART_TIME)
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                if response.status_code != 200:
                    raise FetchFailed(f"the server answers {response.status_code}", final=response.status_code == 404)
                return _bounded(response)
        except AddressRefused as refused:
            raise FetchFailed(str(refused)) from refused
        except (httpx2.HTTPError, httpx2.InvalidURL) as broken:
            raise FetchFailed(f"{type(broken).__name__}: {broken}"[:200]) from broken


def root_of(server: str) -> str:
    """Where files are served by the server with this socket: wss://host/ws/worker -> https://host/worker/models."""
    parts = urlsplit(server)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    before = parts.path.removesuffix("/").removesuffix("/ws/worker")
    return urlunsplit((scheme, parts.netloc, f"{before}/worker/models", "", ""))


def _bounded(response: httpx2.Response) -> bytes:
    parts, size = [], 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > PART:
            raise FetchFailed("the server sends more than one part")
    return b"".join(parts)
