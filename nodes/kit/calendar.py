"""Working time on the calendar of a zone: hours by weekday, public holidays, and closed and open days of one's own.

Hours belong to the day on which they begin: those of a night that ends in the next morning hold although that morning
is a holiday, and do not hold where the evening was one. Of a day counts, in this order: it is listed as open (its
weekday's hours, or all of it where the weekday has none), listed as closed (none), a public holiday (as the rule
says), an ordinary day (its weekday's hours). Borders are wall-clock times, the start belongs to the hours, the end does
not; what that means when clocks change is said at `utc_of`.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from nodes.kit.fields import unknown
from nodes.kit.params import refused
from nodes.kit.period import TimeOfDay, minutes_of, utc_of
from nodes.kit.problem import Problem

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
OnHolidays = Literal["closed", "open", "normal"]
Region = Annotated[str, Field(min_length=2, max_length=40, examples=["JP", "US-CA"])]
"""Whose public holidays: a country (ISO 3166-1, two letters), or one with a subdivision that the library knows."""
DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def _real(text: str) -> str:
    """A day that exists; 02-29 does, in leap years."""
    try:
        date.fromisoformat(text if len(text) == 10 else f"2000-{text}")
    except ValueError:
        raise refused("not_allowed_value", value=text) from None
    return text


def _differ(days: list[Weekday]) -> list[Weekday]:
    if len(set(days)) != len(days):
        raise refused("not_unique")
    return days


DayText = Annotated[
    str,
    Field(pattern=r"^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", examples=["2026-08-13", "12-29"]),
    AfterValidator(_real),
]
"""One day ("2026-08-13"), or the same day of every year ("12-29")."""
Days = Annotated[list[Weekday], Field(min_length=1, max_length=7), AfterValidator(_differ)]


class Hours(BaseModel):
    """From a time of day to another, on some weekdays; a `to` that is not later than `from` lies in the next day."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)
    days: Days = ["mon", "tue", "wed", "thu", "fri"]
    start: Annotated[TimeOfDay, Field(alias="from")]
    to: TimeOfDay


class Calendar:
    """Tells working time from the rest. `holidays` is a `Region`; one that is not known has no holidays."""

    def __init__(
        self,
        zone: ZoneInfo,
        hours: Sequence[Hours],
        *,
        holidays: str | None = None,
        on_holidays: OnHolidays = "closed",
        closed: Sequence[str] = (),
        extra: Sequence[str] = (),
    ) -> None:
        self.zone, self.holidays, self.on_holidays = zone, holidays, on_holidays
        self.closed, self.extra = frozenset(closed), frozenset(extra)
        self.hours: dict[str, list[tuple[int, int]]] = {day: [] for day in WEEKDAYS}
        for each in hours:
            for day in each.days:
                self.hours[day].append((minutes_of(each.start), minutes_of(each.to)))
        self._near = lru_cache(maxsize=64)(self._spans_near)

    def during(self, time: int) -> bool:
        """Whether `time` (ms) is working time."""
        return any(start <= time < end for start, end in self._near(local_day(time, self.zone)))

    def _spans_near(self, day: date) -> tuple[tuple[int, int], ...]:
        """Start and end (ms) of all hours that may reach into `day`."""
        return (*self._spans(day - DAY), *self._spans(day))

    def _spans(self, day: date) -> Iterator[tuple[int, int]]:
        """Start and end (ms) of the hours that begin on `day`."""
        for start, end in self._hours_of(day):
            following = day if end > start else day + DAY
            yield utc_of(day, start, self.zone), utc_of(following, end, self.zone)

    def _hours_of(self, day: date) -> list[tuple[int, int]]:
        weekly = self.hours[WEEKDAYS[day.weekday()]]
        names = {day.isoformat(), day.isoformat()[5:]}
        if names & self.extra:
            return weekly or [(0, 0)]
        if names & self.closed:
            return []
        if self.holidays is not None and self.on_holidays != "normal" and is_holiday(self.holidays, day):
            return [(0, 0)] if self.on_holidays == "open" else []
        return weekly


def local_day(time: int, zone: ZoneInfo) -> date:
    """The day that the calendar in `zone` shows at `time` (ms)."""
    return (_EPOCH + time * _MS).astimezone(zone).date()


def is_holiday(region: str, day: date) -> bool:
    """Whether `day` is a public holiday of `region`, days in lieu included."""
    return day in holidays_in(region, day.year)


@lru_cache(maxsize=1024)
def holidays_in(region: str, year: int) -> frozenset[date]:
    """The public holidays of one year; none where the region is not known. The library is loaded on first use."""
    import holidays

    country, _, part = region.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=year)
    except NotImplementedError:
        return frozenset()
    return frozenset(found)


def check_region(region: str | None, path: str) -> Iterator[Problem]:
    """A region whose holidays nobody knows, with the one that was probably meant."""
    if region is None:
        return
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    country, _, part = region.partition("-")
    if country not in known:
        yield _unknown_country(region, path, list(known))
    elif part and part not in known[country]:
        parts = [f"{country}-{one}" for one in known[country]]
        yield unknown("not_allowed_value", path, region, parts or [country], word="value")


def _unknown_country(region: str, path: str, codes: list[str]) -> Problem:
    """Countries are also found by their English name and by their code of three letters."""
    from holidays.registry import COUNTRIES

    written, _, part = region.casefold().replace(" ", "_").partition("-")
    words = {word.casefold(): codes[1] for name, codes in COUNTRIES.items() for word in (name, *codes)}
    code = words.get(written)
    near = f"{code}-{part.upper()}" if code and part else code
    fix = {"path": path, "value": near} if near else None
    return Problem("not_allowed_value", path, args={"value": region, "nearest": near}, fix=fix, allowed=codes)
