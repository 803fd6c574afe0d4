"""webhook: POST of JSON with an Idempotency-Key; the base of every sender that speaks HTTP."""

import contextlib
import json
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

import httpx2

from engine.clock import format_time
from runtime.addresses import AddressRefused, Egress
from runtime.senders.deadline import Deadline
from runtime.senders.egress import http_client
from runtime.senders.outcome import LONGEST_CALL, SENT, Outcome, Parcel, failed

SHORT, HEAR_OUT = 16_384, 1.0
"""Bytes up to which an answer is taken to its end, and seconds that this may last."""
LONGEST_PAUSE = 300.0
"""Seconds: a Retry-After beyond this is cut to it."""
_AGAIN = frozenset((408, 421, 425, 429)) | frozenset(range(500, 600)) - {501, 505}
"""Not what the server will never do (501, 505)."""


class Webhook:
    """Posts to `url` through the door `egress`. Any 2xx is success; 429 and 5xx are tried again by the caller."""

    def __init__(self, url: str, egress: Egress) -> None:
        self.url = url
        self._deadline = Deadline()
        self.client = http_client(egress, deadline=self._deadline)

    def body(self, parcel: Parcel) -> Any:
        """A call carries its own body, a notice a small envelope that chat services read too (`text`)."""
        if parcel.text is None:
            return parcel.body
        about = {"flow": parcel.flow, "node": parcel.node, "device": parcel.device}
        picture = {"picture": parcel.picture} if parcel.picture else {}
        return {"text": parcel.text, **about, **picture, "time": format_time(parcel.time), "key": parcel.key}

    def send(self, parcel: Parcel) -> Outcome:
        content = json.dumps(self.body(parcel), ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": parcel.key}
        self._deadline.start(LONGEST_CALL)
        try:
            with self.client.stream("POST", self.url, content=content, headers=headers) as response:
                outcome = outcome_of(response)
                if outcome.sent:
                    self._hear_out(response)
                return outcome
        except AddressRefused as refused:
            return failed(str(refused))
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError) as bad:
            return failed(f"the address is no http(s) URL: {type(bad).__name__}")
        except httpx2.TimeoutException:
            return failed("no answer in time", permanent=False)
        except (httpx2.HTTPError, OSError) as problem:
            return failed(f"{type(problem).__name__}: {problem}"[:200], permanent=False)

    def _hear_out(self, response: httpx2.Response) -> None:
        """Take a short answer to its end, so that the next call finds the connection open: one connection for each would use up
        this machine's ports. Whatever comes, the call was taken."""
        length = response.headers.get("Content-Length", "")
        if response.status_code == 204 or (length.isascii() and length.isdigit() and int(length[:9]) <= SHORT):
            self._deadline.start(HEAR_OUT)
            with contextlib.suppress(httpx2.HTTPError, OSError):
                for _ in response.iter_raw():  # not decoded: a few bytes can be packed from many
                    pass

    def close(self) -> None:
        self.client.close()


def outcome_of(response: httpx2.Response) -> Outcome:
    """Success, a permanent no, or one to try again, from status and Retry-After; reads a little of the answer."""
    status = response.status_code
    if 200 <= status < 300:
        return SENT
    detail = f"HTTP {status} {_beginning(response)}".strip()
    if status in _AGAIN:
        return failed(detail, permanent=False, retry_after=retry_after(response.headers.get("Retry-After")))
    if 300 <= status < 400:
        detail = f"HTTP {status}: redirects are not followed"
    return failed(detail)


def _beginning(response: httpx2.Response) -> str:
    with contextlib.suppress(httpx2.HTTPError):
        for part in response.iter_bytes(200):
            return "".join(c for c in part.decode("utf-8", "replace")[:200] if c.isprintable())
    return ""


def retry_after(header: str | None) -> float | None:
    """Seconds to wait, from a number of seconds or an HTTP date; None when there is no readable one."""
    if not header:
        return None
    try:
        seconds = float(header) if not header[:1].isalpha() else _moment(header) - time()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE) if seconds == seconds else None


def _moment(date: str) -> float:
    """Seconds since the epoch. HTTP dates are UTC, also where they do not say so. Raises ValueError."""
    moment = parsedate_to_datetime(date)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
