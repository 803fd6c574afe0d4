"""When messages may be missing, as people read it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


def between(begin: int, end: int, zone: str) -> dict[str, Any]:
    """`from` and `until` (both given in ms) as dates and times of `zone`; the date once where it is the same."""
    first, last = (datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)) for ms in (begin, end))
    until = f"{last:%H:%M:%S}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M:%S}"
    return {"from": f"{first:%Y-%m-%d %H:%M:%S}", "until": until}
