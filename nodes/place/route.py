"""route: follows a position along a planned line and tells when it leaves the line and comes back.

On the route is a position at most `width` from the line (exactly counts). `out`: every such event, with `progress` (0 to
1), `along` and `remaining` (m along the line), `off` (m from it), `passed` (the last named point at or behind the
position, else null) and `next` (the first named point ahead, else null). `left`: once, at the first position off the
route after one on it, with `off`; nothing is sent of further ones, nor of positions before the first on the route.
`returned`: once, at the first position on the route after a `left`, before the `out` of the same event and with the same
data. Where the line comes within `width` of a position several times (it crosses or touches itself), each stretch that
stays within counts once, by its nearest spot, and of these the spot is taken that lies nearest along the line to the
last one; at first, to the start. So a route that goes back on its own road cannot be told from one that turns: make
it two routes. A missing or wrong position changes nothing and is a problem on the trace. Positions of one key are one
track, whoever sent them. Metres are rounded to three decimals, progress to six, so that every machine gives the same.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.geo import NEAR, Course, Pass, Point, check_line, check_location, location_in
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import FieldName, Identity, Mark, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

MOST_POINTS = 500


class RoutePoint(Point):
    """A place of the route, maybe with a name."""

    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class RouteParams(NodeParams):
    field: Annotated[FieldName, Identity]
    points: Annotated[list[RoutePoint], Field(min_length=2, max_length=MOST_POINTS), Mark(format="polyline"), Identity]
    width: Annotated[float, Field(gt=0), Mark(unit="m"), Settable]
    per: Per = "device"


class RouteMemory(Memory):
    """`along`: where on the route the last position was (m), None before the first. `away`: it has left since."""

    said: ClassVar[Said] = {
        "en": {"along": "Position along the route (m)", "away": "Off the route"},
        "ja": {"along": "経路上の位置(m)", "away": "経路から外れている"},
    }  # fmt: skip
    along: float | None = None
    away: bool = False


WORDS = {
    "ja": KindWords(
        label="経路",
        summary="位置が予定の経路のどこまで進んだかを求め、経路から外れたときと戻ったときに知らせます。",
        description=(
            "線から「許容幅」以内(ちょうどを含む)の位置は経路上です。経路上のイベントはすべて「経路上」へ、progress(進み具合、"
            "0〜1)、along(始点からの道のり、m)、remaining(残り、m)、off(線からの距離、m)、passed(最後に通過した名前付きの点)、"
            "next(次の名前付きの点)を付けて送ります(点がなければ null)。「外れた」は、経路上にいた後、許容幅を超えた最初の位置で"
            "一度だけ(off 付き)、「戻った」は、その後経路上に戻った最初の位置で一度だけ送ります。経路から外れている間は何も送りま"
            "せん。まだ一度も経路上にいなければ「外れた」も送りません。経路が交差したり接したりして許容幅の中を何度も通るときは、"
            "許容幅の中で途切れずに続く区間ごとに最も近い点をとり、そのうち前回の道のりに最も近いものを現在地とします(最初は始点に"
            "最も近いもの)。同じ道を引き返す経路は区別できないので、往路と復路を別のノードにしてください。位置がない、または正しくない"
            "イベントは無視し、問題として記録します。まとめる単位が同じ位置は、1 つの動きとして扱います。"
        ),
        labels={
            "field": "位置の項目", "points": "経路の点", "lat": "緯度", "lon": "経度", "name": "名前", "width": "許容幅",
            "per": PER_LABEL["ja"],
        },
        params={
            "field": "位置(緯度と経度)の項目。",
            "points": "始点から終点までの 2〜500 個の点。名前は省略できます。変更すると最初から数え直します。",
            "width": "線からこの距離(m)を超えて離れたら、経路から外れたとみなします。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Route",
        summary="Tells how far a position has come along a planned route, when it leaves the route and when it is back.",
        description=(
            "A position at most the width from the line is on the route. Every such event is sent on “out” with “progress” "
            "(0 to 1), “along” (metres from the start), “remaining” (metres to the end), “off” (metres from the line), "
            "“passed” (the last named point behind it, or null) and “next” (the next one, or null). “left” is sent once, "
            "with “off”, at the first position further away than the width, after one on the route; “returned” once, at "
            "the first position that is back on it. Nothing else is sent while it is away, or before it was on the route. "
            "Where the route crosses or touches itself and so comes within the width several times, each stretch that "
            "stays within counts by its nearest spot, and of these the one nearest along the route to the last position "
            "is taken (at first, the nearest to the start). A route that goes back on the same road cannot be told apart "
            "so: use one node for each way. An event without a proper position is ignored and shown as a problem. All "
            "positions that “per” puts together are taken as one track."
        ),
        labels={
            "field": "Position", "points": "Points of the route", "lat": "Latitude", "lon": "Longitude", "name": "Name",
            "width": "Width", "per": PER_LABEL["en"],
        },
        params={
            "field": "The field with the position (latitude and longitude).",
            "points": "2 to 500 points from the start to the end; names may be left out. A change starts it anew.",
            "width": "A position further than this (m) from the line is off the route.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip


def _row(at: str, device: str, lat: float, lon: float) -> dict[str, Any]:
    return {"device": device, "at": at, "data": {"position": {"lat": lat, "lon": lon}}}


EXAMPLES = (
    Example(
        title={"ja": "配送トラックの進み具合を記録し、経路から外れたら知らせる",
               "en": "Records how far a delivery truck has come, and tells when it leaves its route"},
        document={
            "suiro": 1, "name": "部品便の経路", "time_zone": "Asia/Tokyo",
            "settings": {"width": {"value": 100, "unit": "m", "label": "経路の許容幅", "assumed": True}},
            "nodes": [
                {"id": "truck", "kind": "devices", "params": {"type": "truck"}},
                {"id": "way", "kind": "route", "from": ["truck"],
                 "params": {"field": "position", "width": "$width", "points": [
                     {"name": "工場", "lat": 35.05, "lon": 137.15}, {"lat": 35.05, "lon": 137.16},
                     {"name": "中継所", "lat": 35.058, "lon": 137.16}, {"name": "港", "lat": 35.058, "lon": 137.175}]}},
                {"id": "keep", "kind": "store", "from": ["way"], "params": {"fields": ["progress", "passed", "next"]}},
                {"id": "astray", "kind": "notify", "from": ["way.left"],
                 "params": {"to": "dispatch", "text": "{device}が経路から {off|round:0} m 外れています"}},
                {"id": "back", "kind": "notify", "from": ["way.returned"],
                 "params": {"to": "dispatch", "text": "{device}が経路に戻りました(次は{next})"}},
            ],
            "tests": [
                {"name": "中継所の手前で外れ、戻って港に着く", "given": [
                    _row("0m", "truck-1", 35.0500, 137.1500), _row("1m", "truck-1", 35.0504, 137.1550),
                    _row("2m", "truck-1", 35.0500, 137.1600), _row("3m", "truck-1", 35.0530, 137.1640),
                    _row("4m", "truck-1", 35.0550, 137.1640), _row("5m", "truck-1", 35.0580, 137.1600),
                    _row("6m", "truck-1", 35.0580, 137.1675), _row("7m", "truck-1", 35.0580, 137.1750),
                 ],
                 "expect": [
                     {"node": "keep", "at": "0m", "data": {"progress": 0.0, "passed": "工場", "next": "中継所"}},
                     {"node": "keep", "at": "1m"}, {"node": "keep", "at": "2m"},
                     {"node": "astray", "device": "truck-1", "at": "3m",
                      "data": {"text": "truck-1が経路から 364 m 外れています"}},
                     {"node": "back", "device": "truck-1", "at": "5m", "data": {"text": "truck-1が経路に戻りました(次は港)"}},
                     {"node": "keep", "at": "5m", "data": {"passed": "中継所", "next": "港"}},
                     {"node": "keep", "at": "6m"},
                     {"node": "keep", "at": "7m", "data": {"progress": 1.0, "passed": "港", "next": None}},
                 ]},
            ],
        },
    ),
    Example(
        title={"ja": "自分と交差する周回経路でも、フォークリフトの進み具合が飛ばない",
               "en": "A forklift's progress does not jump where its lap crosses itself"},
        document={
            "suiro": 1, "name": "Forklift lap", "time_zone": "Asia/Tokyo",
            "nodes": [
                {"id": "forklift", "kind": "devices", "params": {"type": "forklift"}},
                {"id": "lap", "kind": "route", "from": ["forklift"],
                 "params": {"field": "position", "width": 10, "points": [
                     {"name": "dock", "lat": 35.52, "lon": 139.76}, {"lat": 35.52, "lon": 139.764},
                     {"name": "press", "lat": 35.522, "lon": 139.764}, {"lat": 35.522, "lon": 139.762},
                     {"name": "store", "lat": 35.518, "lon": 139.762}]}},
                {"id": "keep", "kind": "store", "from": ["lap"], "params": {"fields": ["progress", "passed"]}},
            ],
            "tests": [
                {"name": "the crossing is 0.15 of the lap on the first way over it and 0.82 on the second", "given": [
                    _row("0s", "f1", 35.52, 139.76), _row("20s", "f1", 35.52, 139.762), _row("60s", "f1", 35.522, 139.764),
                    _row("80s", "f1", 35.522, 139.762), _row("100s", "f1", 35.52, 139.762),
                 ],
                 "expect": [
                     {"node": "keep", "at": "0s", "data": {"progress": 0.0, "passed": "dock"}},
                     {"node": "keep", "at": "20s", "data": {"progress": 0.149569, "passed": "dock"}},
                     {"node": "keep", "at": "60s", "data": {"passed": "press"}},
                     {"node": "keep", "at": "80s", "data": {"passed": "press"}},
                     {"node": "keep", "at": "100s", "data": {"progress": 0.816235, "passed": "press"}},
                 ]},
            ],
        },
    ),
)  # fmt: skip

_ASKED = {"field": "<field>", "per": "<per>"}


class Route(Kind):
    id = "route"
    group = "place"
    icon = "route"
    outputs = (
        Port("out", {"ja": "経路上", "en": "out"}),
        Port("left", {"ja": "外れた", "en": "left"}),
        Port("returned", {"ja": "戻った", "en": "returned"}),
    )
    Params = RouteParams
    Memory = RouteMemory
    words = WORDS
    phrases = (
        *phrases("en", "name", "along the route | progress on the route | how far along", port="out", params=_ASKED),
        *phrases("ja", "name", "経路のどこ | ルートの進み | 経路の進み", port="out", params=_ASKED),
        *phrases("en", "name", "off the route | leave the route | off course | deviate from the route",
                 port="left", params=_ASKED),
        *phrases("ja", "name", "経路から外れ | 経路を外れ | ルートから外れ | ルートを外れ | 経路を逸脱",
                 port="left", params=_ASKED),
        *phrases("en", "name", "return to the route | back on the route", port="returned", params=_ASKED),
        *phrases("ja", "name", "経路に戻 | ルートに戻", port="returned", params=_ASKED),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: RouteParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.course = Course([point.place for point in params.points])
        named = [(at, point.name) for at, point in zip(self.course.at, params.points, strict=True) if point.name]
        self.stops, self.names = [at for at, _ in named], [name for _, name in named]

    @classmethod
    def check(cls, params: RouteParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape)
        yield from check_location(params.field, "/params/field", scope.shape)
        yield from check_line(params.points, 2, "/params/points")

    @classmethod
    def shapes(cls, params: RouteParams, scope: Scope) -> dict[str, Shape]:
        metres, name = FieldShape("number", "m"), FieldShape("string")
        left = scope.shape.plus(off=metres)
        on = left.plus(progress=FieldShape("number"), along=metres, remaining=metres, passed=name, next=name)
        return {"out": on, "left": left, "returned": on}

    def on_event(self, event: Event, port: str, memory: RouteMemory) -> Iterator[Yield]:
        place = location_in(event.data, self.params.field)
        if isinstance(place, Trouble):
            yield place
            return
        passes = self.course.passes(place, self.params.width)
        if not passes:
            if memory.along is not None and not memory.away:
                memory.away = True
                off = round(self.course.nearest(place).off, 3)
                yield Emit("left", event.with_data({**event.data, "off": off}))
            return
        last = memory.along or 0.0
        spot = min(passes, key=lambda spot: abs(spot.along - last))
        memory.along = spot.along
        on = event.with_data({**event.data, **self._described(spot)})
        if memory.away:
            memory.away = False
            yield Emit("returned", on)
        yield Emit("out", on)

    def _described(self, spot: Pass) -> dict[str, Any]:
        length = self.course.length
        behind = bisect_right(self.stops, spot.along + NEAR)
        return {
            "progress": round(spot.along / length, 6) if length else 1.0,
            "along": round(spot.along, 3),
            "remaining": round(length - spot.along, 3),
            "off": round(spot.off, 3),
            "passed": self.names[behind - 1] if behind else None,
            "next": self.names[behind] if behind < len(self.names) else None,
        }
