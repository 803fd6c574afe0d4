"""tour: puts the stops of an event's list in the order in which they are visited on the shortest way.

`stops` is a field with a list of objects; inside each, `where` names its place (a location, or x and y) and the others what they
say. The tour begins at the event's own `start`, else at `depot`, and ends there again, or with the last stop. Without `most`,
`capacity` and windows all stops are visited. A window is [from, until] of a stop in minutes after the start, and needs
a `speed`. Stops without a proper place are left out and are a problem on the trace. `out`: the event with `order` (the stops as
they were, each with `leg`, `along` and, with a speed, `after`: minutes from the start), `length`, `count`, `left` (stops that
do not fit). `left_out`: the same, where there are such. What is said is checked and its length measured here.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from nodes.kit.asking import FAILED, fail, failed, failed_shape
from nodes.kit.effect import Answer, Ask, Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.geo import Point
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.params import Duration, FieldName, NodeParams, Settable, refused
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.spot import Spot, Where, check_where, spot_in
from nodes.kit.visits import MOST_STOPS, Visit, Way, visit_in

Key = Annotated[str, Field(min_length=1, max_length=64)]


class TourParams(NodeParams):
    exactly_one = ("start", "depot")
    stops: FieldName
    where: Annotated[list[Key], Field(min_length=1, max_length=2)] = ["position"]
    start: Where | None = None
    depot: Point | None = None
    end: Literal["start", "anywhere"] = "start"
    most: Annotated[int, Field(ge=1, le=MOST_STOPS), Settable] | None = None
    capacity: Annotated[float, Field(gt=0), Settable] | None = None
    demand: Key | None = None
    window: Key | None = None
    stay: Annotated[Duration, Settable] = 0
    speed: Annotated[float, Field(gt=0), Settable] | None = None
    timeout: Annotated[Duration, Settable] = 20_000

    @model_validator(mode="after")
    def alike(self) -> Self:
        """Both on the earth or both on a floor; windows need times."""
        if len(self.where) != (len(self.start) if self.start else 1):
            raise refused("wrong_type", expected="location", found="number")
        if self.window is not None and self.speed is None:
            raise refused("missing_key", key="speed")
        return self


class Tour(Kind):
    id = "tour"
    group = "ai"
    icon = "route"
    outputs = (OUT, Port("left_out", {"ja": "回れない", "en": "left out"}), FAILED)
    Params = TourParams
    phrases = (
        *phrases(
            "en",
            "name",
            "in which order | shortest tour | visit the stops | delivery round | plan the round | best order",
        ),
        *phrases("ja", "name", "回る順番 | 巡回順 | 配送順 | 回る順 | 訪問順 | 最短で回"),
    )

    @classmethod
    def check(cls, params: TourParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.stops, "/params/stops", scope.shape)
        known = scope.shape.fields.get(params.stops)
        if known is not None and known.type != "any":
            yield Problem(
                "wrong_type", "/params/stops", args={"field": params.stops, "found": known.type, "expected": "any"}
            )
        if params.start is not None:
            yield from check_where(params.start, "/params/start", scope.shape)

    @classmethod
    def shapes(cls, params: TourParams, scope: Scope) -> dict[str, Shape]:
        anything, whole = FieldShape("any"), FieldShape("integer")
        unit = "m" if len(params.where) == 1 else None
        found = scope.shape.plus(order=anything, left=anything, length=FieldShape("number", unit), count=whole)
        return {"out": found, "left_out": found, "failed": failed_shape(scope.shape)}

    def on_event(self, event: Event, port: str, memory: None) -> Iterator[Yield]:
        start, given = self._start(event), event.data.get(self.params.stops)
        if isinstance(start, Trouble):
            yield start
            yield failed(event, "no_start", str(start.args.get("field", "")))
            return
        if not isinstance(given, list):
            found = "string" if isinstance(given, str) else "object"
            yield (
                Trouble("missing_field", {"field": self.params.stops})
                if given is None
                else Trouble("wrong_type", {"field": self.params.stops, "expected": "array", "found": found})
            )
            yield failed(event, "no_stops", self.params.stops)
            return
        way = self._way(event, start)
        yield from (Trouble("out_of_range", {"field": f"{self.params.stops}.{place}"}) for place in way.strange[:10])
        if len(way.visits) > MOST_STOPS:
            yield Trouble("too_long", {"max": MOST_STOPS, "count": len(way.visits)})
            yield failed(event, "too_many", f"{len(way.visits)} stops, {MOST_STOPS} at most")
        elif not way.visits:
            yield from self._told([], way, event)
        else:
            yield Ask({"task": "tour", **way.request()}, self.params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: None) -> Iterator[Yield]:
        if answer.error is not None:
            yield from fail(event, answer)
            return
        start = self._start(event)
        order = answer.value.get("order") if isinstance(answer.value, dict) else None
        way = None if isinstance(start, Trouble) else self._way(event, start)
        if way is None or (wrong := way.mistake(order)) is not None:
            yield from fail(event, Answer(error="bad_answer", detail=str(wrong if way else "no start")))
        else:
            yield from self._told(order or [], way, event)

    def _told(self, order: list[int], way: Way, event: Event) -> Iterator[Yield]:
        found = event.with_data({**event.data, **way.told(order)})
        yield Emit("out", found)
        if found.data["left"]:
            yield Emit("left_out", found)

    def _start(self, event: Event) -> Spot | Trouble:
        if self.params.start is not None:
            return spot_in(event.data, self.params.start)
        return (
            self.params.depot.place if self.params.depot is not None else Trouble("missing_field", {"field": "start"})
        )

    def _way(self, event: Event, start: Spot) -> Way:
        """The question that the event asks; the same each time that it is asked."""
        params = self.params
        visits: list[Visit] = []
        strange: list[int] = []
        for place, stop in enumerate(event.data.get(params.stops) or ()):
            visit = visit_in(stop, params.where, params.demand, params.window, params.stay)
            if visit is None:
                strange.append(place)
            else:
                visits.append(visit)
        return Way(
            start=start, visits=visits, strange=strange, back=params.end == "start", on_earth=len(params.where) == 1,
            most=params.most, capacity=params.capacity, speed=self._speed(),
        )  # fmt: skip

    def _speed(self) -> float | None:
        """A second: km/h on the earth."""
        speed = self.params.speed
        return speed / 3.6 if speed is not None and len(self.params.where) == 1 else speed

    words = {
        "en": KindWords(
            label="Plan a tour",
            summary="Puts the stops of a list in the order in which they are visited on the shortest way.",
            description=(
                "An event brings a list of stops (“gather” makes one of single events), each an object with its place. The tour begins at "
                "the event's own place or at a depot and ends there again, or at the last stop. “out” sends the event with “order” (the "
                "stops in their order, each with “leg” and “along”, and with a speed “after”: minutes after the start), “length”, "
                "“count” and “left”. Stops that do not fit (at most so many, more than can be loaded, a window that cannot be "
                "met) are in “left”, and the event also leaves by “left out”. Lengths are straight lines on the earth (m) or on the "
                "floor, not roads. The order is the best that is found in a bounded search, never longer than always going to the "
                "nearest next stop. At most 100 stops."
            ),
            labels={
                "stops": "Stops", "where": "Place of a stop", "start": "Start", "depot": "Depot", "lat": "Latitude", "lon": "Longitude",
                "end": "Ends", "end.start": "at the start", "end.anywhere": "with the last stop", "most": "Stops at most",
                "capacity": "Can load", "demand": "Load of a stop", "window": "Window of a stop", "stay": "Time at a stop", "speed": "Speed",
                "timeout": "Time limit",
            },
            params={
                "stops": "The field with the list of stops.",
                "where": "Inside a stop: the key with its location, or two keys with x and y. Default “position”.",
                "start": "The event's field with the place where the tour begins: a location, or x and y.",
                "depot": "The place where every tour begins.",
                "end": "Whether the tour comes back to its start.",
                "most": "No more stops than this are visited.",
                "capacity": "What the vehicle can load; the loads of the visited stops add up to no more.",
                "demand": "Inside a stop: the key with its load.",
                "window": "Inside a stop: the key with [from, until], minutes after the start. Needs a speed; who comes early waits.",
                "stay": "How long each stop takes. Default 0.",
                "speed": "km/h on the earth; on a floor the unit of x and y in a second. Gives the times.",
                "timeout": "How long to wait for the answer. Default 20 seconds.",
            },
        ),
        "ja": KindWords(
            label="回る順番を決める",
            summary="一覧にある訪問先を、最短の道のりで回る順に並べます。",
            description=(
                "イベントの一覧(単独のイベントからは「取りまとめ」で作れます)にある訪問先を並べます。出発点はイベントの位置か、決まった拠点で"
                "す。終わりは出発点に戻るか、最後の訪問先です。「出力」にはイベントに order(回る順の訪問先。それぞれ leg(前からの距離)、"
                "along(出発からの道のり)、速度があれば after(出発からの分)付き)、length(全長)、count(件数)、left(回れない訪問"
                "先)を付けて送ります。件数、積載、時間帯の制限で回れない訪問先があれば「回れない」にも送ります。距離は道路ではなく直線です"
                "(地上では m)。決まった量の探索で見つかった最良の順で、常に最寄りへ進む回り方より長くなることはありません。100 件までです。"
            ),
            labels={
                "stops": "訪問先", "where": "訪問先の位置", "start": "出発点", "depot": "拠点", "lat": "緯度", "lon": "経度", "end": "終わり",
                "end.start": "出発点に戻る", "end.anywhere": "最後の訪問先で終わる", "most": "件数の上限", "capacity": "積載量",
                "demand": "訪問先の荷量", "window": "訪問先の時間帯", "stay": "滞在時間", "speed": "速度", "timeout": "制限時間",
            },
            params={
                "stops": "訪問先の一覧が入った項目。",
                "where": "訪問先の中で位置を表すキー。または x と y を表す 2 つのキー。既定は position。",
                "start": "出発点を表すイベントの項目(位置、または x と y)。",
                "depot": "いつも出発する場所。",
                "end": "出発点に戻るかどうか。",
                "most": "回る件数の上限。",
                "capacity": "積める量。回る訪問先の荷量の合計がこれを超えません。",
                "demand": "訪問先の中で荷量を表すキー。",
                "window": "訪問先の中で時間帯 [始まり, 終わり] を表すキー。出発からの分で書きます。速度が必要で、早く着けば待ちます。",
                "stay": "1 か所にかかる時間。既定は 0。",
                "speed": "地上では km/h、フロアでは x と y の単位/秒。時刻の計算に使います。",
                "timeout": "答えを待つ時間。既定は 20 秒。",
            },
        ),
    }  # fmt: skip


def _stop(id: str, lat: float, lon: float) -> dict[str, Any]:
    return {"id": id, "position": {"lat": lat, "lon": lon}}


STOPS = [_stop("Shibuya", 35.658, 139.7016), _stop("Ueno", 35.7141, 139.7774), _stop("Shinjuku", 35.6896, 139.7006)]
REGISTRY = {
    "types": [{"id": "dispatch", "label": {"ja": "配車", "en": "dispatch"}, "topic": "fleet/{device}/round",
               "fields": [{"name": "stops", "type": "any"}, {"name": "truck", "type": "string"}]}],
    "devices": [{"id": "desk", "type": "dispatch"}],
    "destinations": [{"id": "drivers", "service": "inbox", "label": {"ja": "運転手", "en": "drivers"}}],
}  # fmt: skip
Tour.examples = (
    Example(
        title={"en": "The order of a delivery round", "ja": "配送の順番を決める"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Delivery round",
            "nodes": [
                {"id": "desk", "kind": "devices", "params": {"type": "dispatch"}},
                {"id": "plan", "kind": "tour", "from": ["desk"],
                 "params": {"stops": "stops", "depot": {"lat": 35.6812, "lon": 139.7671}, "most": 2}},
                {"id": "tell", "kind": "notify", "from": ["plan.out"],
                 "params": {"to": "drivers", "text": "{truck}: {order.0.id}, {order.1.id} ({length|round:0} m)"}},
                {"id": "other", "kind": "notify", "from": ["plan.left_out"],
                 "params": {"to": "drivers", "text": "{truck} cannot go to {left.0.id}"}},
            ],
            "tests": [
                {"name": "in the order of the answer, measured here; an order that leaves the limits is none",
                 "given": [{"device": "desk", "at": at, "data": {"truck": truck, "stops": STOPS}} for at, truck in (("0s", "T1"), ("1m", "T2"))],
                 "answers": [{"node": "plan", "answer": {"order": [2, 0]}}, {"node": "plan", "answer": {"order": [2, 0, 1]}}],
                 "expect": [{"node": "tell", "at": "0s", "data": {"text": "T1: Shinjuku, Shibuya (16048 m)"}},
                            {"node": "other", "at": "0s", "data": {"text": "T1 cannot go to Ueno"}}]},
            ],
        },
    ),
    Example(
        title={"en": "Orders of a lot, gathered, and the way through the warehouse", "ja": "ロットの注文を集めて、倉庫内を回る順を決める"},
        document={
            "suiro": 1, "name": "ピッキングの順番",
            "nodes": [
                {"id": "pick", "kind": "devices", "params": {"type": "pick"}},
                {"id": "lot", "kind": "gather", "from": ["pick"],
                 "params": {"fields": ["shelf", "x", "y"], "count": 3, "timeout": "10m", "per": "lot"}},
                {"id": "start", "kind": "set_fields", "from": ["lot.out"],
                 "params": {"fields": [{"name": "gate_x", "expr": "0.0"}, {"name": "gate_y", "expr": "0.0"}]}},
                {"id": "plan", "kind": "tour", "from": ["start"],
                 "params": {"stops": "items", "where": ["x", "y"], "start": ["gate_x", "gate_y"], "end": "anywhere", "speed": 1, "stay": "30s"}},
                {"id": "tell", "kind": "notify", "from": ["plan.out"],
                 "params": {"to": "shift-channel", "text": "{order.0.shelf} → {order.1.shelf} → {order.2.shelf}、{order.2.after} 分"}},
                {"id": "hand", "kind": "notify", "from": ["plan.failed"],
                 "params": {"to": "shift-channel", "text": "{lot}:順番を決められません"}},
            ],
            "tests": [
                {"name": "3 件そろうと順番を尋ね、答えのとおりに並べる",
                 "given": [{"device": "wms", "at": at, "data": {"lot": "L1", "shelf": shelf, "x": x, "y": 0}}
                           for at, shelf, x in (("0s", "C", 30), ("1s", "A", 10), ("2s", "B", 20))],
                 "answers": [{"node": "plan", "answer": {"order": [1, 2, 0]}}],
                 "expect": [{"node": "tell", "at": "2s", "data": {"text": "A → B → C、1.5 分"}}]},
            ],
        },
    ),
)  # fmt: skip
