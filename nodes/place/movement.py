"""movement: works out speed, heading and distances from the positions of something that moves.

Every event with a position goes on with `moved` (m since the last position that counted), `speed` (km/h), `heading`
(degrees clockwise from north, 0 <= heading < 360), `travelled` (m, the sum of all `moved`), `standing` (s since the last
move, else since the first position), and with `to` the `distance` to it (m). A position less than `ignore` from the last
one that counted is jitter and does not count: the device stands, moved and speed are 0, there is no heading. Exactly
`ignore` counts, less than a millimetre never does, and many small moves count once they add up. Speed is that from the
position before, counted or not, to this one, so that a long stand does not thin it out. The first position has moved 0,
speed 0 and no heading. Where no time has passed since the position before (equal times), speed stays as it was. An event
on `reset` starts `travelled` anew and sends nothing. A missing or wrong position changes nothing and is a problem on the
trace. Positions of one key are one track, whoever sent them. Fields of the event that have the same names are replaced.
All numbers are rounded to three decimals, so that every machine gives the same.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.geo import NEAR, Place, Point, bearing, check_location, distance, location_in
from nodes.kit.kind import IN, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import FieldName, Identity, Mark, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

KMH = 3_600.0
"""Kilometres per hour in a metre per millisecond."""


class MovementParams(NodeParams):
    field: Annotated[FieldName, Identity]
    to: Annotated[Point | None, Mark(format="point")] = None
    ignore: Annotated[float, Field(ge=0), Mark(unit="m"), Settable] = 0.0
    per: Per = "device"


class MovementMemory(Memory):
    """The last position (`lat` None before the first) and its time `seen` (ms); the last one that counted
    (`counted_lat`, `counted_lon`) and when the device moved last, `since` (ms). `speed` in km/h, `travelled` in m."""

    said: ClassVar[Said] = {
        "en": {"seen": "Last position at", "since": "Moved last at", "speed": "Speed (km/h)", "travelled": "Distance (m)"},
        "ja": {"seen": "最後の位置の時刻", "since": "最後に動いた時刻", "speed": "速度(km/h)", "travelled": "移動距離(m)"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("seen", "since")
    lat: float | None = None
    lon: float = 0.0
    seen: int = 0
    counted_lat: float = 0.0
    counted_lon: float = 0.0
    since: int = 0
    speed: float = 0.0
    travelled: float = 0.0


WORDS = {
    "ja": KindWords(
        label="移動",
        summary="位置の変化から、速度、方位、移動距離、停止時間を求めます。",
        description=(
            "位置のあるイベントすべてに、moved(前に数えた位置からの距離、m)、speed(速度、km/h)、heading(北から時計回りの"
            "方位、0 以上 360 度未満)、travelled(移動距離の合計、m)、standing(最後に動いてからの秒数)を付けて送ります。"
            "「目的地」があれば distance(そこまでの直線距離、m)も付きます。前に数えた位置から「無視する動き」より近い位置は測位の"
            "ふらつきとみなし、停止として扱います(moved と speed は 0、heading はなし)。ちょうどの距離は動きとして数え、小さな動き"
            "も積み重なってその距離に達すれば数えます。速度は、直前の位置からこの位置までのものです。最初の位置では moved も speed "
            "も 0 です。直前の位置と時刻が同じなら、speed は前のままです。「リセット」にイベントが届くと travelled を 0 に戻します。"
            "位置がない、または正しくないイベントは先へ送らず、問題として記録します。同じ名前の項目がイベントにあれば置き換えます。"
            "まとめる単位が同じ位置は、1 つの動きとして扱います。数値は小数第 3 位に丸めます。"
        ),
        labels={
            "field": "位置の項目", "to": "目的地", "lat": "緯度", "lon": "経度", "ignore": "無視する動き", "per": PER_LABEL["ja"],
        },
        params={
            "field": "位置(緯度と経度)の項目。",
            "to": "この地点までの直線距離を distance に入れます。省略できます。",
            "ignore": "これより小さい動き(m)は測位のふらつきとみなします。屋外の GPS なら 10〜20 m が目安です。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Movement",
        summary="Works out speed, heading, distances and standing time from positions.",
        description=(
            "Every event with a position goes on with “moved” (metres from the last position that counted), “speed” "
            "(km/h), “heading” (degrees clockwise from north, from 0 to below 360), “travelled” (metres in total), "
            "“standing” (seconds since the last move) and, with a destination, “distance” (metres in a straight line). A "
            "position that is nearer than “ignore” to the last one that counted is jitter: the device stands, “moved” and "
            "“speed” are 0 and there is no “heading”. Exactly that far counts, and small moves count once they add up. "
            "Speed is that from the position before to this one. At the first position “moved” and “speed” are 0. Where "
            "the time is the same as before, “speed” stays as it was. An event on “reset” starts “travelled” anew. An "
            "event without a proper position goes no further and is shown as a problem. Fields with these names that the "
            "event has already are replaced. All positions that “per” puts together are taken as one track. Numbers are "
            "rounded to three decimals."
        ),
        labels={
            "field": "Position", "to": "Destination", "lat": "Latitude", "lon": "Longitude", "ignore": "Ignore moves below",
            "per": PER_LABEL["en"],
        },
        params={
            "field": "The field with the position (latitude and longitude).",
            "to": "A place: how far it is goes to “distance”. May be left out.",
            "ignore": "Moves shorter than this (m) are jitter of the receiver. For GPS outdoors, 10 to 20 m is usual.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip


def _row(at: str, device: str, lat: float, lon: float, **more: Any) -> dict[str, Any]:
    return {"device": device, "at": at, "data": {"position": {"lat": lat, "lon": lon}, **more}}


EXAMPLES = (
    Example(
        title={"ja": "トラックの速度と走行距離を記録し、10 分動かなければ知らせる",
               "en": "Records how fast and how far a truck drives, and tells when it has not moved for ten minutes"},
        document={
            "suiro": 1, "name": "トラックの動き", "time_zone": "Asia/Tokyo",
            "settings": {"jitter": {"value": 20, "unit": "m", "label": "無視する動き", "assumed": True}},
            "nodes": [
                {"id": "truck", "kind": "devices", "params": {"type": "truck"}},
                {"id": "move", "kind": "movement", "from": ["truck"], "params": {"field": "position", "ignore": "$jitter"}},
                {"id": "idle", "kind": "threshold", "from": ["move"], "params": {"field": "standing", "at_least": 600}},
                {"id": "tell", "kind": "notify", "from": ["idle.entered"],
                 "params": {"to": "dispatch", "text": "{device}が {standing|round:0} 秒止まっています"}},
                {"id": "keep", "kind": "store", "from": ["move"], "params": {"fields": ["speed", "travelled"]}},
            ],
            "tests": [
                {"name": "2 分で 1.1 km 走り、止まっている間のふらつきは数えない", "given": [
                    _row("0m", "truck-1", 35.00, 137.15), _row("1m", "truck-1", 35.005, 137.15),
                    _row("2m", "truck-1", 35.01, 137.15), _row("7m", "truck-1", 35.0101, 137.1501),
                    _row("12m", "truck-1", 35.0099, 137.15), _row("13m", "truck-1", 35.015, 137.15),
                 ],
                 "expect": [
                     {"node": "keep", "at": "0m", "data": {"speed": 0.0, "travelled": 0.0}},
                     {"node": "keep", "at": "1m", "data": {"speed": 33.359, "travelled": 555.975}},
                     {"node": "keep", "at": "2m", "data": {"speed": 33.359, "travelled": 1111.951}},
                     {"node": "keep", "at": "7m", "data": {"speed": 0.0, "travelled": 1111.951}},
                     {"node": "keep", "at": "12m", "data": {"speed": 0.0, "travelled": 1111.951}},
                     {"node": "tell", "device": "truck-1", "at": "12m",
                      "data": {"text": "truck-1が 600 秒止まっています"}},
                     {"node": "keep", "at": "13m", "data": {"speed": 34.026, "travelled": 1667.926}},
                 ]},
            ],
        },
    ),
    Example(
        title={"ja": "受付に近づいたら知らせ、走行距離は作業ごとに数え直す",
               "en": "Tells when a truck is near the gate, and counts the way of each job anew"},
        document={
            "suiro": 1, "name": "Trucks near the gate", "time_zone": "Asia/Tokyo",
            "nodes": [
                {"id": "truck", "kind": "devices", "params": {"type": "truck"}},
                {"id": "job", "kind": "devices", "params": {"type": "terminal"}},
                {"id": "move", "kind": "movement", "from": {"in": ["truck"], "reset": ["job"]},
                 "params": {"field": "position", "to": {"lat": 35.52, "lon": 139.76}, "per": "plate"}},
                {"id": "near", "kind": "threshold", "from": ["move"],
                 "params": {"field": "distance", "below": 500, "per": "plate"}},
                {"id": "tell", "kind": "notify", "from": ["near.entered"],
                 "params": {"to": "gate", "text": "{plate} is {distance|round:0} m away"}},
                {"id": "keep", "kind": "store", "from": ["near.entered"], "params": {"fields": ["travelled", "heading"]}},
            ],
            "tests": [
                {"name": "a new job, told by another device, starts the way of this plate anew", "given": [
                    {**_row("0m", "t1", 35.56, 139.76, plate="A1"), "type": "truck"},
                    {**_row("1m", "t1", 35.54, 139.76, plate="A1"), "type": "truck"},
                    {"device": "desk", "type": "terminal", "at": "2m", "data": {"plate": "A1"}},
                    {**_row("3m", "t1", 35.522, 139.76, plate="A1"), "type": "truck"},
                 ],
                 "expect": [
                     {"node": "tell", "at": "3m", "data": {"text": "A1 is 222 m away"}},
                     {"node": "keep", "at": "3m", "data": {"travelled": 2001.511, "heading": 180.0}},
                 ]},
            ],
        },
    ),
)  # fmt: skip

_ASKED = {"field": "<field>", "per": "<per>"}


class Movement(Kind):
    id = "movement"
    group = "place"
    icon = "navigation"
    inputs = (IN, Port("reset", {"ja": "リセット", "en": "reset"}))
    Params = MovementParams
    Memory = MovementMemory
    words = WORDS
    phrases = (
        *phrases("en", "derive", "speed | driving speed | travelling speed | ground speed | speed over ground",
                 params=_ASKED, gives="speed"),
        *phrases("ja", "derive", "速度 | 車速 | 走行速度 | 移動速度 | 対地速度", params=_ASKED, gives="speed"),
        *phrases("en", "derive", "distance travelled | travelled distance | distance driven | mileage",
                 params=_ASKED, gives="travelled"),
        *phrases("ja", "derive", "移動距離 | 走行距離", params=_ASKED, gives="travelled"),
        *phrases("en", "derive", "standing time | time standing | not moved for | not moved | not moving | standing still | stands for | "
                 "stand still | stationary | parked", params=_ASKED, gives="standing"),
        *phrases("ja", "derive", "停車時間 | 停車 | 駐車 | 動いていない時間 | 動いていな | 動かな | 移動していな | 移動していない時間 | 同じ場所 | 同じ位置 | とどまっ | 留まっ | 停泊 | じっとし",
                 params=_ASKED, gives="standing"),
        *phrases("en", "derive", "heading | direction of travel", params=_ASKED, gives="heading"),
        *phrases("ja", "derive", "進行方向 | 進んでいる方角", params=_ASKED, gives="heading"),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: MovementParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape)
        yield from check_location(params.field, "/params/field", scope.shape)

    @classmethod
    def shapes(cls, params: MovementParams, scope: Scope) -> dict[str, Shape]:
        metres, degrees = FieldShape("number", "m"), FieldShape("number", "°")
        speed, standing = FieldShape("number", "km/h"), FieldShape("number", "s")
        shape = scope.shape.plus(moved=metres, speed=speed, heading=degrees, travelled=metres, standing=standing)
        return {"out": shape if params.to is None else shape.plus(distance=metres)}

    def on_event(self, event: Event, port: str, memory: MovementMemory) -> Iterator[Yield]:
        if port == "reset":
            memory.travelled = 0.0
            return
        place = location_in(event.data, self.params.field)
        if isinstance(place, Trouble):
            yield place
            return
        data = {name: value for name, value in event.data.items() if name != "heading"}
        data.update(self._moved(place, event.time, memory))
        if self.params.to is not None:
            data["distance"] = _rounded(distance(place, self.params.to.place))
        yield Emit("out", event.with_data(data))

    def _moved(self, place: Place, time: int, memory: MovementMemory) -> dict[str, float]:
        """What the step to `place` adds to the event; `memory` is taken along."""
        if memory.lat is None:
            memory.lat, memory.lon, memory.seen = *place, time
            memory.counted_lat, memory.counted_lon, memory.since = *place, time
        counted = memory.counted_lat, memory.counted_lon
        moved, passed = distance(counted, place), time - memory.seen
        moves = moved >= max(self.params.ignore, NEAR)
        if passed > 0:
            memory.speed = distance((memory.lat, memory.lon), place) / passed * KMH if moves else 0.0
        if moves:
            memory.counted_lat, memory.counted_lon, memory.since = *place, time
            memory.travelled += moved
        memory.lat, memory.lon, memory.seen = *place, time
        return {
            "moved": _rounded(moved) if moves else 0.0,
            "speed": _rounded(memory.speed),
            **({"heading": _rounded(bearing(counted, place)) % 360.0} if moves else {}),
            "travelled": _rounded(memory.travelled),
            "standing": max(0, time - memory.since) / 1000,
        }


def _rounded(value: float) -> float:
    return round(value, 3)
