"""What longer stretches of a sentence say as one: lengths of time looked back on, rows of readings, numbers of devices,
places, hours of the calendar, shifts."""

from dataclasses import dataclass

Clock = tuple[int, int]
"""Hour and minute of a time of day."""


@dataclass(frozen=True)
class Lookback:
    """ "the last ten minutes" (ms) or "the last six readings"."""

    ms: int | None = None
    readings: int | None = None


@dataclass(frozen=True)
class Row:
    """So many readings in a row, or out of the last so many."""

    times: int
    of: int | None = None


@dataclass(frozen=True)
class Within:
    """ "within ten minutes": at the latest (ms)."""

    ms: int


@dataclass(frozen=True)
class Later:
    """ "ten minutes later" (ms); `of`: what it counts from follows ("ten minutes after the pump stopped")."""

    ms: int
    of: bool = False


@dataclass(frozen=True)
class Often:
    """ "5 times or more": a number of occurrences, with the key of the comparison; `readings`: of readings that meet it."""

    times: int
    key: str
    readings: bool = False


@dataclass(frozen=True)
class Crowd:
    """So many devices at once, or this part of them."""

    at_least: int | None = None
    share: float | None = None


@dataclass(frozen=True)
class Spot:
    """A place on the earth in degrees, with a radius in metres where one is said."""

    lat: float
    lon: float
    radius: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """Days and hours. `days`: weekdays by number (0 is Sunday), None: not said. `ranges`: from and to. `holidays`: "without"
    them, "also" on them, "only" on them. `outside`: all other times are meant. `named`: hours are only named ("working
    hours"). `times`: times of day that are no ranges. `assumed`: the hours were not said but are the usual ones."""

    days: tuple[int, ...] | None = None
    ranges: tuple[tuple[Clock, Clock], ...] = ()
    times: tuple[Clock, ...] = ()
    more: "tuple[Calendar, ...]" = ()
    """Hours of other days besides."""
    holidays: str | None = None
    region: str | None = None
    outside: bool = False
    named: bool = False
    assumed: bool = False


@dataclass(frozen=True)
class Shifts:
    """Names and starts ("06:00") of the shifts of a day."""

    shifts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sampled:
    """ "one reading a minute" (ms), "one reading in five": how many are enough."""

    ms: int | None = None
    nth: int | None = None


@dataclass(frozen=True)
class Times:
    """ "up to five times": how many repetitions at most."""

    most: int


@dataclass(frozen=True)
class Shared:
    """ "in the same room": the attribute by which devices belong together."""

    key: str


@dataclass(frozen=True)
class By:
    """By which field, or attribute of the devices, each is taken by itself; `noun`: as it was said."""

    name: str
    attribute: bool
    noun: str


@dataclass(frozen=True)
class Ahead:
    """So little time (ms) is left until a value has risen, or come `down`, to a limit."""

    value: float
    unit: str | None
    ms: int
    down: bool


@dataclass(frozen=True)
class Sight:
    """Something that a detector may find in pictures: the model and its classes; `thing`: of which thing they are; `plain`:
    nothing more is said of it; `at_least`: so many of them."""

    model: str
    classes: tuple[str, ...]
    thing: str
    plain: bool
    at_least: int = 1


@dataclass(frozen=True)
class Gone:
    """ "they have left": what was seen is no longer there."""


@dataclass(frozen=True)
class Rate:
    """The part of the things of `classes` that is `bad`, as a model tells them."""

    model: str
    classes: tuple[str, ...]
    bad: tuple[str, ...]
    thing: str


@dataclass(frozen=True)
class Ground:
    """A part of the picture that the words name: the types of cameras and the ids under which it was drawn (none: nobody did)."""

    drawn: tuple[tuple[str, str], ...]
    words: str


Fact = (
    Gone
    | Rate
    | By
    | Ahead
    | Sight
    | Ground
    | Lookback
    | Row
    | Within
    | Later
    | Often
    | Crowd
    | Spot
    | Calendar
    | Shifts
    | Shared
    | Sampled
    | Times
)
