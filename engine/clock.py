"""Times as integer milliseconds since the Unix epoch (UTC): reading, printing, and which event times are trusted."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

MAX_AGE = 86_400_000
"""How far behind `now` an event time may lie and still be trusted (ms), where a source says nothing else."""
AHEAD = 120_000
"""How far ahead of `now` an event time may lie and still be trusted (ms)."""
LATEST = 253_370_764_800_000
"""The start of the year 9999 (ms): later times are refused."""

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def trusted(time: int, now: int, max_age: int = MAX_AGE) -> bool:
    """Whether an event time lies within [now - max_age, now + 2 min]."""
    return now - max_age <= time <= now + AHEAD


def parse_time(value: Any) -> int:
    """Milliseconds of an RFC 3339 text (with offset) or of a number of epoch ms; a fraction of a ms is cut off.

    Raises ValueError for anything else and for times before 1970 or after 9998."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not a time")
    if isinstance(value, str):
        value = int(value) if re.fullmatch(r"\d{1,15}", value, re.ASCII) else _parse_text(value)
    if not 0 <= value < LATEST:
        raise ValueError("outside of the years 1970 to 9998")
    return int(value)


def _parse_text(text: str) -> int:
    if not _RFC3339.fullmatch(text):
        raise ValueError("not an RFC 3339 time")
    moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    return (moment - _EPOCH) // _MS


@lru_cache(maxsize=256)  # what happens together has one time
def format_time(ms: int) -> str:
    """RFC 3339 in UTC with milliseconds, e.g. 2026-01-05T00:00:00.000Z."""
    return f"{_second(ms // 1000)}.{ms % 1000:03d}Z"


@lru_cache(maxsize=256)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
