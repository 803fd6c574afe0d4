"""Timestamps and durations: reading, writing, and their parts in a time zone."""

import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from zoneinfo import ZoneInfo

from nodes.kit.cel.operators import EPOCH
from nodes.kit.cel.overload import Overload
from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.types import INT

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION = re.compile(r"([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|[dhms]))+)", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|[dhms])", re.ASCII)
_NANOSECONDS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9,
                "h": 3_600 * 10**9, "d": 86_400 * 10**9}  # fmt: skip
_LONGEST_NANOSECONDS = 315_576_000_000 * 10**9
_OFFSET = re.compile(r"([+-]?)(\d\d):(\d\d)", re.ASCII)
Zone = datetime.tzinfo


def read_timestamp(text: str) -> datetime.datetime:
    """RFC 3339, kept to the microsecond. Raises ExpressionFailure."""
    found = _RFC3339.fullmatch(text) if len(text) <= 64 else None
    try:
        if found is None:
            raise ValueError(text)
        year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
        micro = int((found[7] or "0").ljust(9, "0")[:6])
        zone: Zone = datetime.UTC if found[8] else _offset(found[9], found[10], found[11])
        local = datetime.datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)
        return local.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise ExpressionFailure("expression_conversion", {"value": text[:64], "to": "timestamp"}) from None


def timestamp_of_seconds(seconds: int) -> datetime.datetime:
    try:
        return EPOCH + datetime.timedelta(seconds=seconds)
    except OverflowError:
        raise ExpressionFailure("expression_conversion", {"value": seconds, "to": "timestamp"}) from None


def timestamp_of_ms(ms: int) -> datetime.datetime:
    """The timestamp of an event's `time`."""
    return EPOCH + datetime.timedelta(milliseconds=ms)


def write_timestamp(at: datetime.datetime) -> str:
    """RFC 3339 in UTC, as many decimals as there are."""
    whole = at.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{whole}.{at.microsecond:06d}".rstrip("0") + "Z" if at.microsecond else f"{whole}Z"


def read_duration(text: str) -> datetime.timedelta:
    """Reads "1h30m", "-1.5s", "90s" and, beyond CEL, "2d", as documents write durations. Raises ExpressionFailure."""
    if text in ("0", "+0", "-0"):
        return datetime.timedelta()
    found = _DURATION.fullmatch(text) if len(text) <= 64 else None
    if found is None:
        raise ExpressionFailure("expression_conversion", {"value": text[:64], "to": "duration"})
    total = 0
    for number, unit in _PART.findall(found[2]):
        whole, _, decimals = number.partition(".")
        size = _NANOSECONDS[unit]
        total += int(whole or "0") * size + (int(decimals) * size // 10 ** len(decimals) if decimals else 0)
    if total > _LONGEST_NANOSECONDS:
        raise ExpressionFailure("expression_conversion", {"value": text[:64], "to": "duration"})
    return datetime.timedelta(microseconds=(total // 1000) * (-1 if found[1] == "-" else 1))


def write_duration(length: datetime.timedelta) -> str:
    """Seconds with as many decimals as there are, e.g. "90s"."""
    micro = length // datetime.timedelta(microseconds=1)
    sign, micro = ("-", -micro) if micro < 0 else ("", micro)
    seconds, rest = divmod(micro, 1_000_000)
    decimals = f".{rest:06d}".rstrip("0") if rest else ""
    return f"{sign}{seconds}{decimals}s"


@lru_cache(256)
def read_zone(name: str) -> Zone:
    """An IANA name such as "Asia/Tokyo", or an offset such as "+09:00". Raises ExpressionFailure."""
    try:
        if offset := _OFFSET.fullmatch(name):
            return _offset(offset[1], offset[2], offset[3])
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ExpressionFailure("expression_conversion", {"value": name[:64], "to": "time zone"}) from None


def _offset(sign: str, hours: str, minutes: str) -> datetime.timezone:
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("not an offset")
    length = datetime.timedelta(hours=int(hours), minutes=int(minutes))
    return datetime.timezone(-length if sign == "-" else length)


Part = Callable[[datetime.datetime], int]
PARTS: dict[str, Part] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
    "getMilliseconds": lambda at: at.microsecond // 1000,
}
_WHOLE = {"getHours": 3_600_000_000, "getMinutes": 60_000_000, "getSeconds": 1_000_000, "getMilliseconds": 1_000}


def parts_in(zone: Zone) -> dict[str, list[Overload]]:
    """The getters; without an argument they read the clock of `zone`, the flow's own."""
    return {name: [*_of_timestamp(part, zone), *_of_duration(name)] for name, part in PARTS.items()}


def _of_timestamp(part: Part, zone: Zone) -> list[Overload]:
    def here(at: datetime.datetime) -> int:
        return part(_seen_from(at, zone))

    def there(at: datetime.datetime, name: str) -> int:
        return part(_seen_from(at, read_zone(name)))

    return [Overload(("timestamp",), INT, here), Overload(("timestamp", "string"), INT, there, literal=True)]


def _seen_from(at: datetime.datetime, zone: Zone) -> datetime.datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:
        raise ExpressionFailure("overflow", {"value": str(at)}) from None


def _of_duration(name: str) -> list[Overload]:
    if name not in _WHOLE:
        return []
    size = _WHOLE[name]

    def whole(length: datetime.timedelta) -> int:
        micro = length // datetime.timedelta(microseconds=1)
        return micro // size if micro >= 0 else -(-micro // size)

    return [Overload(("duration",), INT, whole)]
