"""Durations and moments as people write them; inside they are integer milliseconds (moments since 1970, UTC)."""

import datetime
import functools
import re

from fleet.problem import FleetProblem

_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_DURATION = re.compile(r"(?=\d)(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(\d+ms)?", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])", re.ASCII)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@functools.lru_cache(1024)
def duration(text: str) -> int:
    """Milliseconds of "1h30m". Raises FleetProblem."""
    if len(text) > 40 or not _DURATION.fullmatch(text):
        raise FleetProblem(
            f"“{text[:40]}” is no duration such as 30s or 1h30m",
            f"「{text[:40]}」は 30s や 1h30m のような長さではありません",
        )
    return sum(round(float(number) * _UNITS[unit]) for number, unit in _PART.findall(text))


def moment(text: str) -> int:
    """Milliseconds of an RFC 3339 time; UTC where no zone is given. Raises FleetProblem."""
    try:
        at = datetime.datetime.fromisoformat(text)
        zoned = at if at.tzinfo else at.replace(tzinfo=datetime.UTC)
        return (zoned - _EPOCH) // datetime.timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise FleetProblem(
            f"“{text[:40]}” is no RFC 3339 time", f"「{text[:40]}」は RFC 3339 の時刻ではありません"
        ) from None


def rfc3339(ms: int) -> str:
    """ "2026-01-05T00:00:00.000Z"."""
    at = _EPOCH + datetime.timedelta(milliseconds=ms)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"
