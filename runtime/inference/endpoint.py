"""The server behind a model: its client, through the one door, of which no answer takes more time or memory than it may."""

from collections.abc import Iterator

import httpx2
import openai

from runtime.addresses import Egress
from runtime.deploy import ModelAccess
from runtime.senders.deadline import Deadline
from runtime.senders.egress import http_client

MOST_SENT = 64 << 20
"""Bytes of an answer in all: each word of a stream comes in an envelope."""
LONGEST_LINE = 4 << 20
"""Bytes of an answer without a line's end: the package keeps a line until it has ended."""
MOST_OF_A_REFUSAL = 64 << 10
"""Bytes that are read of what a server says with a status of 400 and above; the rest is left."""


class TooMuch(Exception):
    """A server sends more than is read."""


class Endpoint:
    """One model at one server; may be used from several threads. Raises what `openai` raises, and TooMuch, also while an answer is
    read. `longest` are bytes without a line's end, LONGEST_LINE where it is not said."""

    def __init__(self, access: ModelAccess, egress: Egress, longest: int | None = None) -> None:
        self.model, self._longest, self._deadline = access.model, longest or LONGEST_LINE, Deadline()
        self._http = http_client(
            egress,
            deadline=self._deadline,
            timeout=httpx2.Timeout(60.0),
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [self._bounded]},
        )
        self.client = openai.OpenAI(
            base_url=access.base_url, api_key=access.key or "none", http_client=self._http, max_retries=0
        )

    def start(self, seconds: float) -> None:
        """What this thread asks from now on must be over by then."""
        self._deadline.start(seconds)

    def close(self) -> None:
        self._http.close()

    def _bounded(self, response: httpx2.Response) -> None:
        if response.headers.get("Content-Encoding", "").lower() not in ("", "identity"):
            raise TooMuch("it is compressed, though that was not asked for")  # a little may become very much
        if isinstance(response.stream, httpx2.SyncByteStream):
            refused = response.status_code >= 400
            response.stream = _Bounded(response.stream, MOST_OF_A_REFUSAL if refused else 0, self._longest)


class _Bounded(httpx2.SyncByteStream):
    """Ends after `enough` bytes, if given; else too much of it raises."""

    def __init__(self, stream: httpx2.SyncByteStream, enough: int, longest: int) -> None:
        self._stream, self._enough, self._longest = stream, enough, longest

    def __iter__(self) -> Iterator[bytes]:
        size = line = 0
        for part in self._stream:
            ended = part.rfind(b"\n")
            size, line = size + len(part), line + len(part) if ended < 0 else len(part) - ended - 1
            yield part
            if self._enough and size >= self._enough:
                return
            if not self._enough and (size > MOST_SENT or line > self._longest):
                raise TooMuch("it is too large")

    def close(self) -> None:
        self._stream.close()
