"""forecast: how long until a value reaches a limit, with an interval; remaining useful life from a trend.

Each event on `out` gets `remaining` (in `unit`), `remaining_low` and `remaining_high` (nine times of ten it should lie between them; high
is null where it may never happen, all within ten years), `at` (when, RFC 3339 to the minute in the flow's zone), `trend` (how fast the
value changes now, per day) and `confidence` (how likely it moves towards the limit at all, 0.5 to 1). How the trend is found says
nodes/kit/trend.py: a robust line, or growth that feeds on itself, through at most 60 medians of stretches of `over`.

"No trend" is an answer: events go to `no_trend` with `reason` learning (fewer than 8 stretches, which are short at first, or less than
two of `season`), flat (chance
alone may explain it) or away (it moves away from the limit, or would reach it in more than ten years). `entered` once `remaining` is
at most `within`; `cleared` once it is more than 1.1 times that, or once there is no trend any more. Past the limit it is 0. An
event on `reset` (the part was changed) forgets everything and sends nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import inf, isfinite
from statistics import NormalDist, median
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from nodes.kit.calc import LARGEST
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import IN, OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, FieldName, Identity, Mark, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.trend import Trend, Z, trends_of
from nodes.kit.wording import PER, PER_LABEL

DAY = 86_400_000
UNITS = {"minutes": (60_000, "min"), "hours": (3_600_000, "h"), "days": (DAY, "day")}
SEASONS = {"none": 0, "day": DAY, "week": 7 * DAY}
STRETCHES = 60
FINEST = 64
"""Stretches are at first so much shorter, and grow as time goes on."""
SAMPLES = 16
"""Readings of the open stretch of which the median is taken; of more, every second, fourth ... one."""
AGAIN = 1.1
SURE = 2.0
"""Standard deviations that a slope must be above nothing."""

WORDS = {
    "ja": KindWords(
        label="予測",
        summary="値が限度に達するまでの残り時間を、幅をつけて予測します(残り寿命)。",
        description=(
            "傾向(外れ値に強い直線、または加速する増え方)を学び、限度に達するまでの remaining(指定した単位)、remaining_low と remaining_high"
            "(10 回に 9 回はこの間に入るはずの幅。達しないかもしれないときの high は null)、at(その日時)、trend(今の 1 日あたりの変化)、"
            "confidence(限度に向かっている確からしさ、0.5〜1)を加えて「出力」へ送ります。傾向がないときは「傾向なし」へ reason(learning:学習中、"
            "flat:偶然と区別できない、away:限度から離れている、または 10 年より先)を加えて送ります。残りが「知らせる残り時間」以下になると「残りわずか」から"
            "一度だけ、その 1.1 倍を超えるか傾向がなくなると「余裕あり」から一度だけ送ります。限度を過ぎていれば 0 です。部品を交換したら「リセット」へ"
            "送ってください。覚えるのは、さかのぼる期間を 60 に分けた中央値までです。"
        ),
        labels={
            "field": "項目", "above": "上の限度", "below": "下の限度", "within": "知らせる残り時間", "over": "さかのぼる期間", "unit": "単位",
            "unit.minutes": "分", "unit.hours": "時間", "unit.days": "日", "shape": "増え方", "shape.auto": "自動", "shape.line": "直線",
            "shape.growth": "加速", "season": "周期", "season.none": "なし", "season.day": "1 日", "season.week": "1 週間", "per": PER_LABEL["ja"],
        },
        params={
            "field": "予測する数値の項目。",
            "above": "値が上がってこの限度に達するまでを予測します。",
            "below": "値が下がってこの限度に達するまでを予測します。",
            "within": "残りがこれ以下になったら知らせます。",
            "over": "この期間の値から傾向を見ます。",
            "unit": "remaining などの単位。",
            "shape": "auto は直線と加速のうち、最近の値をよく言い当てる方を選びます。",
            "season": "この周期の 2 回分(さかのぼる期間の半分まで)がたまるまで傾向とみなしません。1 日の上がり下がりを傾向と間違えないためです。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Forecast",
        summary="How long until a value reaches a limit, with an interval: remaining useful life.",
        description=(
            "Learns the trend (a line that outliers do not bend, or growth that feeds on itself). Sends events on “out” with remaining "
            "(in the unit), remaining_low and remaining_high (nine times of ten it should lie between; high is null where it may never "
            "happen), at (when), trend (change per day now) and confidence (how likely it moves towards the limit, 0.5 to 1). Where "
            "there is no trend, events go to “no trend” with the reason: learning, flat (chance alone may explain it) or away (from "
            "the limit, or more than ten years). Sends on “little left” once when at most the given time remains, and on “enough "
            "left” once when it is 1.1 times that again or there is no trend any more. Past the limit 0 remains. An event on "
            "“reset” (the part was changed) forgets everything. Remembers at most 60 medians of parts of the time looked back."
        ),
        labels={
            "field": "Field", "above": "Upper limit", "below": "Lower limit", "within": "Tell when less than", "over": "Look back",
            "unit": "Unit", "unit.minutes": "minutes", "unit.hours": "hours", "unit.days": "days", "shape": "Shape",
            "shape.auto": "automatic", "shape.line": "line", "shape.growth": "growth", "season": "Season", "season.none": "none",
            "season.day": "day", "season.week": "week", "per": PER_LABEL["en"],
        },
        params={
            "field": "The number to look at.",
            "above": "How long until the value has risen to this.",
            "below": "How long until the value has fallen to this.",
            "within": "Tells when at most so long remains.",
            "over": "The trend is that of the last so long.",
            "unit": "The unit of what remains.",
            "shape": "auto takes the line or the growth, whichever foretells the newest values better.",
            "season": "No trend is told of less than two of these (at most half the time looked back): what rises every morning is none.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip


def _flow(params: dict[str, Any], port: str, text: str) -> list[dict[str, Any]]:
    return [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "left", "kind": "forecast", "from": ["kiln"], "params": {"field": "temperature", **params}},
        {"id": "tell", "kind": "notify", "from": [f"left.{port}"], "params": {"to": "shift-channel", "text": text}},
    ]


EXAMPLES = (
    Example(
        title={"ja": "あと 1 日で 90 ℃ に達しそうなら知らせる", "en": "Tells when 90 °C is less than a day away"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "炉の傾向", "time_zone": "Asia/Tokyo",
            "nodes": _flow({"above": 90, "within": "1d", "over": "7d"}, "entered",
                           "{device}はあと {remaining|round:1} 日で 90 ℃ に達します({at})"),
            "tests": [
                {"name": "1 日に 5 ℃ ずつ上がる炉",
                 "given": [{"device": "kiln-1", "every": "1h", "until": "6d", "data": {"temperature": {"from": 60, "to": 90}}}],
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "5d", "within": "1h",
                             "data": {"text": "1号炉はあと 1 日で 90 ℃ に達します(2026-01-11T00:00+09:00)"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "傾向がなければ、そう答える", "en": "Where there is no trend it says so"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "No trend",
            "nodes": [*_flow({"above": 90, "over": "1d", "season": "none"}, "entered", "{device}: {remaining}"),
                      {"id": "none", "kind": "changed", "from": ["left.no_trend"], "params": {"fields": ["reason"], "first": True}},
                      {"id": "keep", "kind": "store", "from": ["none"], "params": {"fields": ["reason"]}}],
            "tests": [
                {"name": "first it learns, then it sees that the kiln cools",
                 "given": [{"device": "kiln-1", "every": "1m", "until": "6h", "data": {"temperature": {"from": 80, "to": 60}}}],
                 "expect": [{"node": "keep", "at": "0s", "data": {"reason": "learning"}},
                            {"node": "keep", "data": {"reason": "away"}}]},
            ],
        },
    ),
)  # fmt: skip


class ForecastParams(NodeParams):
    field: Annotated[FieldName, Identity]
    above: Annotated[float, Mark(unit_of="field"), Settable] | None = None
    below: Annotated[float, Mark(unit_of="field"), Settable] | None = None
    within: Annotated[Duration, Settable, Field(gt=0)] = DAY
    over: Annotated[Duration, Settable, Identity, Field(ge=60_000)] = 14 * DAY
    unit: Annotated[Literal["minutes", "hours", "days"], Settable] = "days"
    shape: Annotated[Literal["auto", "line", "growth"], Settable] = "auto"
    season: Annotated[Literal["none", "day", "week"], Settable] = "day"
    per: Per = "device"

    exactly_one = ("above", "below")


class ForecastMemory(Memory):
    """`points`: middle and median of each closed stretch; `stretch`: their length (ms); `samples` of the one that began at `opened`
    and has its newest reading at `latest`: every `every`th of its `seen` readings. `trends`: what they gave, the best first, as the fields of Trend. `near`: an `entered`
    was sent and no `cleared` yet."""

    said: ClassVar[Said] = {
        "en": {"near": "Told, and not back yet", "seen": "Readings in this stretch"},
        "ja": {"near": "通知済み(戻るまで)", "seen": "この区間で読んだ値の数"},
    }
    points: list[tuple[float, float]] = []
    stretch: int = 0
    opened: int | None = None
    latest: int = 0
    samples: list[float] = []
    seen: int = 0
    every: int = 1
    trends: list[list[float | None]] = []
    near: bool = False


class Forecast(Kind):
    id = "forecast"
    group = "ai"
    icon = "trending-up"
    inputs = (IN, Port("reset", {"ja": "リセット", "en": "reset"}))
    outputs = (
        Port("entered", {"ja": "残りわずか", "en": "little left"}), Port("cleared", {"ja": "余裕あり", "en": "enough left"}), OUT,
        Port("no_trend", {"ja": "傾向なし", "en": "no trend"}),
    )  # fmt: skip
    Params = ForecastParams
    Memory = ForecastMemory
    words = WORDS
    phrases = (
        *phrases("en", "name", "days left until | hours left until | time left until | how many days left until | how long until | "
                 "remaining life | remaining useful life | forecast"),
        *phrases("ja", "name", "あと何日で | あと何時間で | 残り寿命 | 残寿命 | 余寿命 | 寿命予測 | 傾向予測"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: ForecastParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.sign = 1.0 if params.above is not None else -1.0
        self.limit = self.sign * float((params.above if params.above is not None else params.below) or 0.0)
        self.shapes_tried = ("line", "growth") if params.shape == "auto" else (params.shape,)
        self.unit = UNITS[params.unit][0]
        self.shortest = min(2 * SEASONS[params.season], params.over / 2)
        self.longest = max(1, params.over // STRETCHES)

    @classmethod
    def check(cls, params: ForecastParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)

    @classmethod
    def shapes(cls, params: ForecastParams, scope: Scope) -> dict[str, Shape]:
        known = scope.shape.fields.get(params.field)
        per_day = FieldShape("number", f"{known.unit}/day" if known and known.unit else None, difference=True)
        left = FieldShape("number", UNITS[params.unit][1])
        shape = shape_after(params.per, scope.shape)
        told = shape.plus(remaining=left, remaining_low=left, remaining_high=left, at=FieldShape("string"), trend=per_day,
                          confidence=FieldShape("number"))  # fmt: skip
        return {"entered": told, "cleared": told, "out": told, "no_trend": shape.plus(reason=FieldShape("string"))}

    def on_event(self, event: Event, port: str, memory: ForecastMemory) -> Iterator[Yield]:
        if port == "reset":
            _forget(memory)
            return
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            yield value
        elif not -LARGEST <= value <= LARGEST:
            yield Trouble("number_too_large", {})
        else:
            self._take(event.time, self.sign * float(value), memory)
            yield from self._tell(event, self.sign * float(value), memory)

    def _take(self, time: int, value: float, memory: ForecastMemory) -> None:
        if not memory.stretch:
            memory.stretch = max(1, self.longest // FINEST)
        if memory.opened is None:
            memory.opened = time
        elif time >= memory.opened + memory.stretch:
            memory.points.append(((memory.opened + memory.latest) / 2, median(memory.samples)))
            memory.opened, memory.samples, memory.seen, memory.every = time, [], 0, 1
            self._make_room(memory)
            trends = trends_of(memory.points, self.shapes_tried, self.shortest)
            memory.trends = [[getattr(trend, name) for name in Trend.__struct_fields__] for trend in trends]
        if memory.seen % memory.every == 0:
            memory.samples.append(value)
            if len(memory.samples) > SAMPLES:
                memory.samples, memory.every = memory.samples[::2], memory.every * 2
        memory.seen += 1
        memory.latest = time

    def _make_room(self, memory: ForecastMemory) -> None:
        """Twice as long stretches until they are as long as they should be; then the oldest goes."""
        points = memory.points
        if len(points) <= STRETCHES:
            return
        if memory.stretch * 2 <= max(self.longest, 2):
            pairs = zip(points[:-1:2], points[1::2], strict=False)
            odd = points[-1:] if len(points) % 2 else []
            memory.points = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairs] + odd
            memory.stretch *= 2
        else:
            del points[0]

    def _tell(self, event: Event, value: float, memory: ForecastMemory) -> Iterator[Yield]:
        reason, told = self._foretold(event.time, value, [Trend(*fields) for fields in memory.trends])  # type: ignore[arg-type]
        if told is None:
            gone = event.with_data({**event.data, "reason": reason})
            yield Emit("no_trend", gone)
            if memory.near:
                memory.near = False
                yield Emit("cleared", gone)
            return
        judged, left = event.with_data({**event.data, **told}), told["remaining"] * self.unit
        yield Emit("out", judged)
        if not memory.near and left <= self.params.within:
            memory.near = True
            yield Emit("entered", judged)
        elif memory.near and left > AGAIN * self.params.within:
            memory.near = False
            yield Emit("cleared", judged)

    def _foretold(self, time: int, value: float, trends: list[Trend]) -> tuple[str, dict[str, Any] | None]:
        """Why there is no trend, or what it says."""
        trend = trends[0] if trends else None
        if value >= self.limit:
            rate = trend.rate(time) * DAY * self.sign if trend else None
            return "", self._said(time, (0.0, 0.0, 0.0), rate, 1.0)
        if trend is None:
            return "learning", None
        if trend.slope <= 0:
            return "away", None
        if trend.sureness() < SURE:
            return "flat", None
        ahead = time - trend.at
        left = max(0.0, trend.reached(self.limit) - ahead)
        low = max(0.0, min(one.reached(self.limit, -Z) for one in trends) - ahead)
        high = max(0.0, max(one.reached(self.limit, Z) for one in trends) - ahead)
        if left == inf:
            return "away", None
        return "", self._said(
            time, (left, low, high), trend.rate(time) * DAY * self.sign, NormalDist().cdf(trend.sureness())
        )

    def _said(
        self, time: int, left: tuple[float, float, float], rate: float | None, confidence: float
    ) -> dict[str, Any]:
        remaining, low, high = (part / self.unit if isfinite(part) else None for part in left)
        at = datetime.fromtimestamp(round((time + left[0]) / 60_000) * 60, UTC).astimezone(self.scope.zone)
        return {"remaining": remaining, "remaining_low": low, "remaining_high": high,
                "at": at.isoformat(timespec="minutes"), "trend": rate, "confidence": confidence}  # fmt: skip

    def standing(self, memory: ForecastMemory) -> str | None:
        return "entered" if memory.near else "cleared" if memory.trends else "no_trend"


def _forget(memory: ForecastMemory) -> None:
    fresh = ForecastMemory()
    for name in fresh.__struct_fields__:
        setattr(memory, name, getattr(fresh, name))
