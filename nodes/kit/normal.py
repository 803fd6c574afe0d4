"""What is normal for one stream of numbers, learned one reading after the other, and how unusual a reading is beside it.

**Expected value.** Three lines compete: a level, a daily and a weekly one (nodes/kit/season.py). Each is moved towards every
reading, but never further than three spreads (Huber), and its mean absolute error is known. `auto` takes the plainest line whose
error no other one undercuts by a fifth, once that one was watched for half its period after its first round.

**Five ways to be unusual.** `value`: this reading lies far off. `level`: readings have been off to one side for a while (their
moving average, EWMA control chart). `spread`: they have scattered more than they did. `rhythm`: they have changed from one to the next
more or less than they did. `stuck`: exactly the same number has come too often in a row; one that never was another is not stuck.

**How much is too much** is learned as well: the largest that each of the first four reached in stretches of an hour (30 readings at
least) is what ordinary hours reach; a reading's ratio says how many times that. So heavy tails, coarse steps and slow wandering make
a stream less touchy instead of noisy. While a reading is unusual nothing is learned from it, except at times of the day or week of
which nothing is known yet.

Memory of a key: 24 + 84 points and about 40 numbers (2 to 3 kB of JSON), however many readings came.
"""

from math import inf, log
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import msgspec

from nodes.kit.hold import HoldMemory
from nodes.kit.season import DAY, HOUR, WEEK, Place, Points, Season, WallClock

SeasonName = Literal["auto", "none", "day", "week"]
Side = Literal["both", "above", "below"]
REASONS = ("value", "level", "spread", "rhythm", "stuck")
LAMBDA = 0.03
"""Weight of the newest reading in the moving averages."""
FAR = 4.0
"""Spreads at which one reading's part in the moving averages ends."""
CLIP = 3.0
"""Spreads by which one reading may pull what is expected."""
GAUSSIAN = 1.2533
"""Standard deviation over mean absolute deviation of a normal distribution."""
BETTER = 0.8
"""A seasonal line is taken where its error is below this part of the plainer one's."""
LEAST = (3.0, 0.4, 0.35, 0.35)
"""Nothing ordinary is taken to be smaller than this (value, level, spread, rhythm): about what pure chance reaches in an hour."""
UP, RAISE = 10.0, 1.5
YOUNG = 3 * DAY
LEVEL = REASONS.index("level")
"""What ordinary hours reach is raised this much faster than lowered, and by one hour towards at most this many times what it was.
That of the level is only as long as it is young: later it rises by at most about 7 % a day, so that slow wear outruns it."""
SHORTEST_RUN = 12
"""Equal readings in a row that are never remarkable."""
PERIODS = (0, DAY, WEEK)
PATIENCE = 2 * WEEK
"""How far back the lines are compared."""
STRETCH, STRETCH_READINGS = HOUR, 30
ROUGH = 1.3
"""A time of day at which readings are this much further off than usual (something switches there) counts as twice that far."""
WARY = 0.1
"""How much less is learned from a reading beyond what ordinary hours reach: else slow wear would become normal as it goes."""
SMALL = 0.05
"""Added to what goes into the moving averages of sizes, so that they have logarithms."""
BEGIN = 20
"""Readings after which spreads are good enough to clip by."""


class NormalMemory(HoldMemory):
    """`began`, `at`, `value`: time of the first reading, time and value of the last one. `same`: how many equal ones ended
    there; `longest`: the longest such run that was ordinary. `pace`: usual time between two (ms), `stride`: usual change
    between two. `errors`: mean absolute error of level, day and week, `used` which of them is taken. `shift`, `width`,
    `rough`: the moving averages; `widths`, `roughs`: what the last two usually are. `tops`: the largest (value, level,
    spread, rhythm) in the stretch that ends at `until` and has `readings`; `usual`: what ordinary stretches reach, of
    which `stretches` were seen. `odd_since`: when what is unusual now began. `told`: what the
    reading that may enter had to say, while a hold runs."""

    waits: ClassVar[tuple[str, ...]] = (*HoldMemory.waits, "began", "at", "until", "odd_since")
    began: int | None = None
    at: int = 0
    value: float = 0.0
    count: int = 0
    same: int = 1
    longest: int = 1
    pace: float = 0.0
    stride: float = 0.0
    level: float = 0.0
    day: Points = []
    week: Points = []
    rivals: list[float] = msgspec.field(default_factory=lambda: [0.0, 0.0, 0.0])
    wide: Points = []
    errors: list[float] = msgspec.field(default_factory=lambda: [0.0, 0.0, 0.0])
    used: int = 0
    shift: float = 0.0
    width: float = 0.8
    rough: float = 1.0
    widths: float = 0.8
    roughs: float = 1.0
    tops: list[float] = msgspec.field(default_factory=lambda: [0.0, 0.0, 0.0, 0.0])
    usual: list[float] = msgspec.field(default_factory=lambda: list(LEAST))
    until: int = 0
    readings: int = 0
    stretches: int = 0
    odd_since: int | None = None
    told: dict[str, Any] = {}


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What one reading is beside what is normal: nothing is changed yet."""

    ratio: float
    reason: int
    expected: float
    spread: float
    signed: float
    shift: float
    width: float
    rough: float
    same: int
    levels: tuple[float, float | None, float | None]
    places: tuple[Place | None, Place | None]


class Normal:
    """The rules of one node. `over`: how far back it learns (ms). `least`: deviations smaller than this are of no interest.
    `limit`: the ratio from which a reading is unusual."""

    def __init__(
        self, *, season: SeasonName, over: int, least: float, limit: float, side: Side, zone: ZoneInfo
    ) -> None:
        self.over, self.least, self.limit, self.side = over, least, limit, side
        clock = WallClock(zone)
        self.day = Season(DAY, 24, clock) if season in ("auto", "day") else None
        self.week = Season(WEEK, 84, clock) if season in ("auto", "week") else None
        self.auto = season == "auto"

    def begin(self, time: int, value: float, memory: NormalMemory) -> None:
        memory.began = memory.at = time
        memory.value = memory.level = value
        memory.count, memory.until = 1, time + STRETCH
        memory.day = [None] * self.day.points if self.day else []
        memory.week = [None] * self.week.points if self.week else []
        memory.wide = [None] * len(memory.day or memory.week)
        for season, points in ((self.day, memory.day), (self.week, memory.week)):
            if season:
                season.learn(season.place(time), points, value, 0.0, 0.0)

    def look(self, time: int, value: float, memory: NormalMemory) -> Seen:
        """How unusual a reading is; at `time` no earlier than the one before."""
        day, week = self.day, self.week
        at_day = day.place(time) if day else None
        at_week = week.place(time) if week else None
        by_day = day.expected(at_day, memory.day) if day and at_day else None
        by_week = week.expected(at_week, memory.week) if week and at_week else None
        levels = (memory.level, by_day, by_week)
        used = memory.used
        expected = levels[used]
        if expected is None:
            used = 1 if used == 2 and by_day is not None else 0
            expected = memory.level if by_day is None or not used else by_day
        usual, error = memory.usual, memory.errors[used]
        if used:
            season, place = (day, at_day) if day else (week, at_week)
            if season and place and (here := season.expected(place, memory.wide)) is not None and here > ROUGH * error:
                error = 2 * here
        spread = max(GAUSSIAN * error, self.least / (self.limit * usual[0]), abs(expected) * 1e-9, 1e-12)
        off = (value - expected) / spread
        far = off if off >= 0 else -off
        kept = FAR if far > FAR else far
        shift = memory.shift + LAMBDA * ((kept if off >= 0 else -kept) - memory.shift)
        width = memory.width + LAMBDA * (kept + SMALL - memory.width)
        rough = memory.rough
        if memory.stride > 0 and time - memory.at <= 5 * memory.pace:
            change = abs(value - memory.value) / memory.stride
            rough += LAMBDA * ((FAR if change > FAR else change) + SMALL - rough)
        same = memory.same + 1 if value == memory.value else 1
        ratio, reason = self._worst(off, far, shift, width, rough, same, memory)
        return Seen(ratio, reason, expected, spread, off, shift, width, rough, same, levels, (at_day, at_week))

    def _worst(self, off: float, far: float, shift: float, width: float, rough: float, same: int,
               memory: NormalMemory) -> tuple[float, int]:  # fmt: skip
        """The largest of the five ratios, and which one it is."""
        usual, side = memory.usual, self.side
        if side != "both":
            sign = 1.0 if side == "above" else -1.0
            one, two = max(0.0, off * sign) / usual[0], max(0.0, shift * sign) / usual[1]
            return (one, 0) if one >= two else (two, 1)
        ratio, reason = far / usual[0], 0
        if (other := abs(shift) / usual[1]) > ratio:
            ratio, reason = other, 1
        if (other := log(width / memory.widths) / usual[2]) > ratio:
            ratio, reason = other, 2
        if (other := abs(log(rough / memory.roughs)) / usual[3]) > ratio:
            ratio, reason = other, 3
        if (
            same > SHORTEST_RUN
            and memory.stride > 0
            and (other := self.limit * same / (3 * memory.longest + SHORTEST_RUN)) > ratio
        ):
            ratio, reason = other, 4
        return ratio, reason

    def keep(self, time: int, value: float, seen: Seen, memory: NormalMemory, learn: bool) -> None:
        """Take the reading in: what was just seen always, what is normal only where `learn`."""
        passed = time - memory.at
        if memory.count >= BEGIN:
            memory.shift, memory.width, memory.rough = seen.shift, seen.width, seen.rough
        if self.auto:
            self._rival(value, passed, time - (memory.began or 0), seen, memory)
        if learn:
            memory.count += 1
            self._learn(value, passed, time, seen, memory)
        else:
            self._learn_first(value, passed, time - (memory.began or 0), seen, memory)
        memory.at, memory.value, memory.same = time, value, seen.same

    def keep_first(self, time: int, value: float, seen: Seen, memory: NormalMemory) -> None:
        """The same while nothing is judged yet: however long the same number comes then, that is ordinary."""
        self.keep(time, value, seen, memory, True)
        if memory.same > memory.longest:
            memory.longest = memory.same

    def _rival(self, value: float, passed: int, age: int, seen: Seen, memory: NormalMemory) -> None:
        """How far off each line is, whatever is unusual: else a weekend that only one of them knows would never count."""
        rivals = memory.rivals
        for number, line in enumerate(seen.levels):
            first = PERIODS[number]
            if line is not None and age > first:
                size = abs(value - line)
                rivals[number] += min(1.0, passed / min(age - first, PATIENCE)) * (size - rivals[number])

    def _learn_first(self, value: float, passed: int, age: int, seen: Seen, memory: NormalMemory) -> None:
        """A line in its first round, and a time of which nothing is known, learn from everything."""
        for number, season, points in ((1, self.day, memory.day), (2, self.week, memory.week)):
            if season and (age < season.period or seen.levels[number] is None):
                self._learn_season(number, season, points, value, passed, age, 0.0, seen, memory)

    def _learn(self, value: float, passed: int, time: int, seen: Seen, memory: NormalMemory) -> None:
        count = memory.count
        slow = WARY if seen.ratio > 1 and memory.stretches > 0 else 1.0
        gain = passed / self.over
        gain = slow * max(1.0 / count, gain if gain < 0.1 else 0.1)
        errors, sure = memory.errors, count > BEGIN
        off = value - memory.level
        size = off if off >= 0 else -off
        most = CLIP * GAUSSIAN * errors[0] if sure else inf
        memory.level += gain * (off if size <= most else most if off > 0 else -most)
        errors[0] += gain * (min(size, FAR * errors[0]) - errors[0] if sure else size - errors[0])
        began = memory.began or 0
        self._learn_wide(value, passed, time - began, seen, memory)
        for number, season, points in ((1, self.day, memory.day), (2, self.week, memory.week)):
            if season:
                self._learn_season(number, season, points, value, passed, time - began, gain, seen, memory, slow)
        if memory.same > memory.longest and seen.same == 1:
            memory.longest = memory.same
        if passed:
            memory.pace += max(0.01, 1.0 / count) * (min(passed, 10 * memory.pace or passed) - memory.pace)
        change = abs(value - memory.value)
        memory.stride += gain * (min(change, FAR * memory.stride) - memory.stride if sure else change - memory.stride)
        if sure:
            memory.widths += gain * (memory.width - memory.widths)
            memory.roughs += gain * (memory.rough - memory.roughs)
            self._stretch(time, seen, memory)

    def _learn_season(self, number: int, season: Season, points: Points, value: float, passed: int, age: int, gain: float,
                      seen: Seen, memory: NormalMemory, slow: float = 1.0) -> None:  # fmt: skip
        place, expected = seen.places[number - 1], seen.levels[number]
        if place is None:
            return
        if expected is None:
            season.learn(place, points, value, 0.0, 0.0)
            return
        off = value - expected
        rounds = age // season.period
        part = passed / season.apart if passed < season.apart else 1.0
        if rounds == 0:
            season.learn(place, points, value, off, min(1.0, 2 * part))
            return
        errors = memory.errors
        size = off if off >= 0 else -off
        error = errors[number]
        watched = age - season.period
        share = slow * max(gain, min(1.0, passed / watched)) if watched > 0 else 1.0
        errors[number] = error + share * (min(size, FAR * error) - error if watched > HOUR else size - error)
        most = CLIP * GAUSSIAN * error
        if size > most and watched > HOUR:
            off = most if off > 0 else -most
        season.learn(place, points, value, off, slow * part / min(rounds + 1, max(3, self.over // season.period)))

    def _learn_wide(self, value: float, passed: int, age: int, seen: Seen, memory: NormalMemory) -> None:
        """How far off readings are at each time of the day (of the week, where that is all there is)."""
        season, place = (self.day, seen.places[0]) if self.day else (self.week, seen.places[1])
        line = seen.levels[memory.used or (1 if self.day else 2)]
        if season is None or place is None or line is None or age < season.period:
            return
        size, before = abs(value - line), season.expected(place, memory.wide)
        part = min(1.0, passed / season.apart) / min(1 + age // season.period, max(3, self.over // season.period))
        off = 0.0 if before is None else min(size, FAR * max(before, memory.errors[memory.used or 1])) - before
        season.learn(place, memory.wide, size, off, part)

    def _stretch(self, time: int, seen: Seen, memory: NormalMemory) -> None:
        tops = memory.tops
        far = seen.signed if seen.signed >= 0 else -seen.signed
        shift = seen.shift if seen.shift >= 0 else -seen.shift
        rough, width = log(seen.rough / memory.roughs), log(seen.width / memory.widths)
        if far > tops[0]:
            tops[0] = far
        if shift > tops[1]:
            tops[1] = shift
        if width > tops[2]:
            tops[2] = width
        if (rough if rough >= 0 else -rough) > tops[3]:
            tops[3] = abs(rough)
        memory.readings += 1
        if time >= memory.until and memory.readings >= STRETCH_READINGS:
            self._end_stretch(time, memory)

    def _end_stretch(self, time: int, memory: NormalMemory) -> None:
        memory.stretches += 1
        gain = max(1.0 / memory.stretches, min(1.0, (time - memory.until + STRETCH) / self.over))
        young, usual = time - (memory.began or 0) < YOUNG, memory.usual
        for number, top in enumerate(memory.tops):
            now = usual[number]
            if memory.stretches == 1:
                usual[number] = max(top, LEAST[number])
            elif top > now:
                usual[number] = now + min(1.0, UP * gain if young or number != LEVEL else gain) * (
                    min(top, RAISE * now) - now
                )
            else:
                usual[number] = max(LEAST[number], now + gain * (top - now))
        memory.tops = [0.0, 0.0, 0.0, 0.0]
        memory.readings, memory.until = 0, time + STRETCH
        self._choose(time, memory)

    def _choose(self, time: int, memory: NormalMemory) -> None:
        """Which line is taken from now on."""
        age, errors, used = time - (memory.began or 0), memory.rivals, 0
        for number, season in ((1, self.day), (2, self.week)):
            if season is None or age < season.period:
                continue
            if not self.auto or (age >= 1.5 * season.period and errors[number] < BETTER * errors[used]):
                used = number
        if used != memory.used:
            memory.used, memory.shift, memory.width, memory.rough = used, 0.0, memory.widths, memory.roughs
