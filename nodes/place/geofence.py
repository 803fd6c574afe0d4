"""geofence: tells when a position enters an area, leaves it, and has stayed in it for a while.

`entered`: once, at the first position inside; the border (to a millimetre) is inside. A first position that is already
inside enters at once (`already` = fire), or counts only once a position was outside (wait). `left`: once, only after an
`entered`, at the first position outside that is at least `margin` metres from the border; nearer ones are still part of
the stay. `dwelt`: once per stay, when it has lasted `dwell` on the key's clock, silence included; a stay left at exactly
its end has not. Areas may overlap, each is on its own; of one event the `left` come before the `entered`, both in the
order of the document. A missing or wrong position changes nothing and is a problem on the trace. Positions of one key
are one track, whoever sent them. A changed area acts from the next position; one that is removed or renamed is
forgotten without an event. A polygon is filled by the even-odd rule.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.geo import NEAR, Circle, Place, Point, Polygon, check_line, check_location, location_in
from nodes.kit.hold import Already
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, FieldName, Identity, Mark, NodeParams, Per, Settable, refused
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

MOST_AREAS, MOST_CORNERS = 50, 200
Radius = Annotated[float, Field(gt=0), Mark(unit="m"), Settable]
Corners = Annotated[list[Point], Field(min_length=3, max_length=MOST_CORNERS)]


class Area(NodeParams):
    """A circle or a polygon with a name."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    center: Annotated[Point | None, Mark(format="point")] = None
    radius: Annotated[Radius | None, Mark(only_with="center")] = None
    polygon: Annotated[Corners | None, Mark(format="polygon")] = None

    exactly_one = ("center", "polygon")

    @model_validator(mode="after")
    def _only_a_circle_has_a_radius(self) -> Self:
        if self.center is not None and self.radius is None:
            raise refused("missing_key", key="radius")
        if self.polygon is not None and self.radius is not None:
            raise refused("unknown_key", key="radius")
        return self

    def on_earth(self) -> Circle | Polygon:
        if self.center is not None and self.radius is not None:
            return Circle(self.center.place, self.radius)
        return Polygon([point.place for point in self.polygon or ()])


class GeofenceParams(NodeParams):
    field: Annotated[FieldName, Identity]
    areas: Annotated[list[Area], Field(min_length=1, max_length=MOST_AREAS), Mark(standings=True)]
    margin: Annotated[float, Field(ge=0), Mark(unit="m"), Settable] = 0.0
    dwell: Annotated[Duration, Field(gt=0), Settable] | None = None
    already: Already = "fire"
    per: Per = "device"


class GeofenceMemory(Memory):
    """`since`: by area, when the running stay began (ms), None while outside; an area of which nothing counts yet is not
    there. `dwelt`: the areas whose running stay has been told. Both hold at most the areas of the node."""

    said: ClassVar[Said] = {
        "en": {"since": "Stays since", "dwelt": "Long stays that were told"},
        "ja": {"since": "滞在の開始", "dwelt": "通知した滞在"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("since",)
    since: dict[str, int | None] = {}
    dwelt: list[str] = []


WORDS = {
    "ja": KindWords(
        label="ジオフェンス",
        summary="位置がエリアに入ったとき、出たとき、一定時間とどまったときに知らせます。",
        description=(
            "エリアは円か多角形で、50 個まで、重なってもかまいません。境界線上は「中」です。中にある最初の位置で「入った」から"
            "一度だけ送り、その後、境界から「余裕距離」以上離れた最初の位置で「出た」から一度だけ送ります。それより近い位置は、"
            "まだ滞在中とみなします。「滞在時間」を指定すると、入ってからその時間が過ぎたときに「滞在した」から滞在ごとに一度だけ送り"
            "ます。位置が届かない間も滞在は続き、ちょうどその時刻に出た場合は送りません。エリア名は area、滞在した秒数は stayed "
            "(「出た」のみ)に入ります。1 件のイベントでは「出た」を先に、どちらもエリアの並び順で送ります。位置がない、または"
            "正しくないイベントは無視し、問題として記録します。まとめる単位が同じ位置は、1 つの動きとして扱います。エリアの形を"
            "変えると次の位置から効き、削除や改名をしたエリアのことは何も送らずに忘れます。線が自分と交差する多角形では、"
            "外から奇数本の線をまたいで入る部分だけが「中」です。"
        ),
        labels={
            "field": "位置の項目", "areas": "エリア", "name": "名前", "center": "円の中心", "radius": "半径",
            "polygon": "多角形の頂点", "lat": "緯度", "lon": "経度", "margin": "余裕距離", "dwell": "滞在時間",
            "already": "開始時", "already.fire": "中にいれば入ったとみなす", "already.wait": "一度外に出るまで待つ",
            "per": PER_LABEL["ja"],
        },
        params={
            "field": "位置(緯度と経度)の項目。",
            "areas": "見張るエリア。円は中心と半径(m)、多角形は 3〜200 個の頂点で示します。名前は重ならないようにします。",
            "margin": "出たとみなすのに必要な、境界からの距離(m)。測位が境界付近で揺れるときの連発を防ぎます。",
            "dwell": "この時間とどまったら「滞在した」から送ります。省略すると送りません。",
            "already": "最初の位置がすでに中にあるときの扱い。fire:すぐに「入った」から送る。wait:一度外に出てから数える。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Geofence",
        summary="Tells when a position enters an area, leaves it, or has stayed in it for a while.",
        description=(
            "Areas are circles or polygons, up to 50, and may overlap. The border is inside. The first position inside is "
            "sent on “entered”, once; then the first one that is outside and at least the margin away from the border on "
            "“left”, once. Nearer ones are still part of the stay. With a dwell time, “dwelt” is sent once per stay, when "
            "it has lasted that long; silence does not end a stay, and one left at exactly that time does not count. "
            "“area” holds the name, and on “left” “stayed” the seconds of the stay. Of one event the “left” come before "
            "the “entered”, both in the order of the areas. An event without a proper position is ignored and shown as a "
            "problem. All positions that “per” puts together are taken as one track. A changed area acts from the next "
            "position; one that is removed or renamed is forgotten without an event. Where the border of a polygon "
            "crosses itself, inside is what an odd number of borders surrounds."
        ),
        labels={
            "field": "Position", "areas": "Areas", "name": "Name", "center": "Centre of a circle", "radius": "Radius",
            "polygon": "Corners of a polygon", "lat": "Latitude", "lon": "Longitude", "margin": "Margin to leave",
            "dwell": "Dwell time", "already": "At the start", "already.fire": "inside counts as entered",
            "already.wait": "wait until it was outside once", "per": PER_LABEL["en"],
        },
        params={
            "field": "The field with the position (latitude and longitude).",
            "areas": "The areas to watch: a circle by its centre and radius (m), a polygon by 3 to 200 corners. Their names "
            "must differ.",
            "margin": "How far (m) outside the border a position must be to count as left. Keeps a position that trembles "
            "around the border from firing again and again.",
            "dwell": "How long a stay must last for “dwelt”. Left out: it is never sent.",
            "already": "When the very first position is already inside: fire sends “entered” at once, wait counts only "
            "after a position outside.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip


def _row(at: str, device: str, lat: float, lon: float) -> dict[str, object]:
    return {"device": device, "at": at, "data": {"position": {"lat": lat, "lon": lon}}}


_YARD = {"name": "積込場", "polygon": [
    {"lat": 35.0520, "lon": 137.1565}, {"lat": 35.0520, "lon": 137.1585}, {"lat": 35.0532, "lon": 137.1585},
    {"lat": 35.0532, "lon": 137.1565},
]}  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "トラックが積込場に入った、15 分とどまった、出たことを知らせる",
               "en": "Tells when a truck enters the loading yard, has stayed for 15 minutes, and leaves"},
        document={
            "suiro": 1, "name": "積込場の出入り", "time_zone": "Asia/Tokyo",
            "settings": {"stay": {"value": "15m", "label": "長すぎる滞在", "assumed": True}},
            "nodes": [
                {"id": "truck", "kind": "devices", "params": {"type": "truck"}},
                {"id": "yard", "kind": "geofence", "from": ["truck"],
                 "params": {"field": "position", "areas": [_YARD], "margin": 20, "dwell": "$stay"}},
                {"id": "tell_in", "kind": "notify", "from": ["yard.entered"],
                 "params": {"to": "yard-office", "text": "{device}が{area}に入りました"}},
                {"id": "tell_long", "kind": "notify", "from": ["yard.dwelt"],
                 "params": {"to": "yard-office", "text": "{device}が{area}に長くとどまっています"}},
                {"id": "tell_out", "kind": "notify", "from": ["yard.left"],
                 "params": {"to": "yard-office", "text": "{device}が{area}を出ました({stayed|round:0} 秒)"}},
            ],
            "tests": [
                {"name": "境界の内側で入り、15 分で知らせ、20 m 離れて出る", "given": [
                    _row("0m", "truck-1", 35.0560, 137.1540), _row("2m", "truck-1", 35.0540, 137.1570),
                    _row("4m", "truck-1", 35.0532, 137.1572), _row("6m", "truck-1", 35.0526, 137.1575),
                    _row("12m", "truck-1", 35.0533, 137.1575), _row("16m", "truck-1", 35.0527, 137.1576),
                    _row("22m", "truck-1", 35.0530, 137.1580), _row("24m", "truck-1", 35.0535, 137.1580),
                    _row("26m", "truck-1", 35.0570, 137.1600),
                 ],
                 "expect": [
                     {"node": "tell_in", "device": "truck-1", "at": "4m",
                      "data": {"text": "truck-1が積込場に入りました"}},
                     {"node": "tell_long", "device": "truck-1", "at": "19m"},
                     {"node": "tell_out", "device": "truck-1", "at": "24m",
                      "data": {"text": "truck-1が積込場を出ました(1200 秒)"}},
                 ]},
                {"name": "ちょうど 15 分で出れば、長い滞在ではない", "given": [
                    _row("0m", "truck-2", 35.0526, 137.1575), _row("15m", "truck-2", 35.0560, 137.1540),
                 ],
                 "expect": [{"node": "tell_in", "at": "0m"}, {"node": "tell_out", "at": "15m"}]},
            ],
        },
    ),
    Example(
        title={"ja": "フォークリフトが歩行者エリアに入ったら知らせる", "en": "Tells when a forklift drives into a walkway"},
        document={
            "suiro": 1, "name": "Walkways", "time_zone": "Asia/Tokyo",
            "nodes": [
                {"id": "forklift", "kind": "devices", "params": {"type": "forklift"}},
                {"id": "walkway", "kind": "geofence", "from": ["forklift"],
                 "params": {"field": "position", "already": "wait", "areas": [
                     {"name": "gate", "center": {"lat": 35.5204, "lon": 139.7601}, "radius": 30},
                     {"name": "canteen", "center": {"lat": 35.5207, "lon": 139.7601}, "radius": 30}]}},
                {"id": "warn", "kind": "notify", "from": ["walkway.entered"],
                 "params": {"to": "safety", "text": "{device}: {area}"}},
                {"id": "keep", "kind": "store", "from": ["walkway.left"], "params": {"fields": ["area", "stayed"]}},
            ],
            "tests": [
                {"name": "one that starts on a walkway must leave it first; one area is left as the next is entered",
                 "given": [
                     _row("0s", "f1", 35.5204, 139.7601), _row("10s", "f1", 35.5195, 139.7601),
                     _row("20s", "f1", 35.5203, 139.7601), _row("30s", "f1", 35.5208, 139.7601),
                     _row("40s", "f1", 35.5215, 139.7601),
                 ],
                 "expect": [
                     {"node": "warn", "device": "f1", "at": "20s", "data": {"text": "f1: gate"}},
                     {"node": "keep", "device": "f1", "at": "30s", "data": {"area": "gate", "stayed": 10}},
                     {"node": "warn", "device": "f1", "at": "30s", "data": {"text": "f1: canteen"}},
                     {"node": "keep", "device": "f1", "at": "40s", "data": {"area": "canteen", "stayed": 10}},
                 ]},
            ],
        },
    ),
)  # fmt: skip

_ASKED = {"field": "<field>", "per": "<per>"}


class Geofence(Kind):
    id = "geofence"
    group = "place"
    icon = "map-pinned"
    outputs = (
        Port("entered", {"ja": "入った", "en": "entered"}),
        Port("left", {"ja": "出た", "en": "left"}),
        Port("dwelt", {"ja": "滞在した", "en": "dwelt"}),
    )
    Params = GeofenceParams
    Memory = GeofenceMemory
    words = WORDS
    phrases = (
        *phrases("en", "name", "geofence | enter the area | enter the zone | enter the site | arrive at the site | "
                 "drive into the area", port="entered", params=_ASKED),
        *phrases("ja", "name", "ジオフェンス | エリアに入 | 区域に入 | 敷地に入 | 構内に入 | エリア内に入",
                 port="entered", params=_ASKED),
        *phrases("en", "name", "leave the area | leave the zone | leave the site | exit the area",
                 port="left", params=_ASKED),
        *phrases("ja", "name", "エリアを出 | エリアから出 | 区域から出 | 敷地を出 | 構内から出", port="left", params=_ASKED),
        *phrases("en", "name", "stay in the area | stay inside the zone | dwell", port="dwelt",
                 params={**_ASKED, "dwell": "<hold>"}),
        *phrases("ja", "name", "エリアに滞在 | エリアにとどま | 敷地に滞在", port="dwelt", params={**_ASKED, "dwell": "<hold>"}),
        *phrases("en", "recover", "out of it again | outside again", port="left"),
        *phrases("ja", "recover", "外に出 | 出ていっ", port="left"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: GeofenceParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.areas = {area.name: area.on_earth() for area in params.areas}

    @classmethod
    def check(cls, params: GeofenceParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape)
        yield from check_location(params.field, "/params/field", scope.shape)
        names: set[str] = set()
        for index, area in enumerate(params.areas):
            if area.name in names:
                yield Problem("not_unique", f"/params/areas/{index}/name")
            names.add(area.name)
            if area.polygon is not None:
                yield from check_line(area.polygon, 3, f"/params/areas/{index}/polygon")

    @classmethod
    def shapes(cls, params: GeofenceParams, scope: Scope) -> dict[str, Shape]:
        inside = scope.shape.plus(area=FieldShape("string"))
        return {"entered": inside, "left": inside.plus(stayed=FieldShape("number", "s")), "dwelt": inside}

    def on_event(self, event: Event, port: str, memory: GeofenceMemory) -> Iterator[Yield]:
        place = location_in(event.data, self.params.field)
        if isinstance(place, Trouble):
            yield place
            return
        came: list[str] = []
        for name, area in self.areas.items():
            since = memory.since.get(name)
            if since is not None:
                if self._is_away(area, place):
                    yield from self._leave(name, since, event, memory)
            elif not area.contains(place):
                memory.since[name] = None
            elif name in memory.since or self.params.already == "fire":
                came.append(name)
        for name in came:
            yield from self._enter(name, event, memory)

    def _is_away(self, area: Circle | Polygon, place: Place) -> bool:
        outside = area.outside(place)
        return outside > 0 and outside + NEAR >= self.params.margin

    def _enter(self, name: str, event: Event, memory: GeofenceMemory) -> Iterator[Yield]:
        memory.since[name] = event.time
        yield Emit("entered", event.with_data({**event.data, "area": name}))
        if self.params.dwell is not None:
            yield Timer(_timer(name), event.time + self.params.dwell)

    def _leave(self, name: str, since: int, event: Event, memory: GeofenceMemory) -> Iterator[Yield]:
        stayed = max(0, event.time - since) / 1000
        yield from self._end(name, memory)
        memory.since[name] = None
        yield Emit("left", event.with_data({**event.data, "area": name, "stayed": stayed}))

    def _end(self, name: str, memory: GeofenceMemory) -> Iterator[Yield]:
        memory.since.pop(name, None)
        if name in memory.dwelt:
            memory.dwelt.remove(name)
        yield Cancel(_timer(name))

    def on_timer(self, name: str, event: Event, memory: GeofenceMemory) -> Iterator[Yield]:
        area = name.removeprefix(_timer(""))
        if area not in self.areas or memory.since.get(area) is None:
            return
        memory.dwelt.append(area)
        yield Emit("dwelt", event.with_data({**event.data, "area": area}))

    def standing(self, memory: GeofenceMemory) -> str | None:
        inside = [name for name, since in memory.since.items() if since is not None]
        return inside[0] if inside else "left"

    def on_settings(self, before: GeofenceParams, memory: GeofenceMemory, now: int) -> Iterator[Yield]:
        for name in [name for name in memory.since if name not in self.areas]:
            yield from self._end(name, memory)
        for name, since in memory.since.items():
            if since is None or name in memory.dwelt:
                continue
            yield Timer(_timer(name), since + self.params.dwell) if self.params.dwell else Cancel(_timer(name))


def _timer(area: str) -> str:
    return f"dwell:{area}"
