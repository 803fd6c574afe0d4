"""zones: follows the objects of a camera's pictures and tells when they enter zones, leave them, stay too long, cross lines.

Reads the list of objects that `detect` gives. `out`: each picture, with `count` (followed objects in any zone), `counts` by
zone, and `objects` with their `track` number and `zones`. For one object at a time, with `track`, `class`, `score`, `box`:
`entered` when its point comes into a zone, or is first seen there; `left` when it is outside again or was lost in it, with
`stayed` (s); `dwelt` once a stay, at the first picture that shows it inside for `dwell` or longer; `crossed` when it went over a
line, with `direction` forward (from the line's left to its right, seen along it) or back. Of one picture first what was lost,
then object by object in their order: crossed, left, entered, dwelt. An object unseen for more than `lost` is another one when
it comes again. A picture without a list of objects changes nothing.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from nodes.kit import area
from nodes.kit.area import Lines, Which, check_names, standing_point
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.objects import Classes, objects_in
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable, refused
from nodes.kit.payload import type_of
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.tracks import Track, Tracks, follow
from nodes.kit.wording import PER, PER_LABEL


class ZonesParams(NodeParams):
    field: Annotated[FieldName, Identity] = "objects"
    classes: Annotated[Classes | None, Identity] = None
    zones: area.Zones = []
    lines: Lines = []
    by: Which = "foot"
    dwell: Annotated[Duration, Settable, Field(gt=0)] | None = None
    lost: Annotated[Duration, Settable, Field(gt=0)] = 3_000
    per: Per = "device"

    @model_validator(mode="after")
    def something_is_drawn(self) -> Self:
        if not self.zones and not self.lines:
            raise refused("missing_key", key="zones")
        return self


class Zones(Kind):
    id = "zones"
    group = "ai"
    icon = "scan-eye"
    outputs = (
        OUT,
        Port("entered", {"ja": "入った", "en": "entered"}),
        Port("left", {"ja": "出た", "en": "left"}),
        Port("dwelt", {"ja": "滞在した", "en": "dwelt"}),
        Port("crossed", {"ja": "線を越えた", "en": "crossed"}),
    )
    Params = ZonesParams
    Memory = Tracks
    phrases = (
        *phrases("en", "name", "zones in the picture | enters the marked zone | crosses the line", port="entered"),
        *phrases("ja", "name", "画像の区域 | 立入区域に入 | 線を越え | ラインを越え", port="entered"),
    )
    examples: ClassVar[tuple[Example, ...]] = ()

    @classmethod
    def check(cls, params: ZonesParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape)
        yield from check_names(params.zones, "/params/zones")
        yield from check_names(params.lines, "/params/lines")

    @classmethod
    def shapes(cls, params: ZonesParams, scope: Scope) -> dict[str, Shape]:
        text, anything, whole = FieldShape("string"), FieldShape("any"), FieldShape("integer")
        one = scope.shape.plus(track=whole, box=anything, score=FieldShape("number"), **{"class": text})
        inside = one.plus(zone=text)
        return {
            "out": scope.shape.plus(objects=anything, count=whole, counts=anything),
            "entered": inside,
            "dwelt": inside,
            "left": inside.plus(stayed=FieldShape("number", "s")),
            "crossed": one.plus(line=text, direction=text),
        }

    def on_event(self, event: Event, port: str, memory: Tracks) -> Iterator[Yield]:
        field = self.params.field
        if field not in event.data:
            yield Trouble("missing_field", {"field": field})
            return
        objects = objects_in(event.data[field])
        if isinstance(objects, str):
            found = type_of(event.data[field])
            yield Trouble("wrong_type", {"field": field, "expected": "any", "found": found})
            return
        wanted = self.params.classes
        followed = [one for one in objects if wanted is None or one["class"] in wanted]
        yield from self._followed(followed, event, memory)

    def _followed(self, objects: list[dict[str, Any]], event: Event, memory: Tracks) -> Iterator[Yield]:
        seen, lost = follow(memory, objects, event.time, self.params.lost)
        told: list[Yield] = [emit for track in lost for emit in self._left(track, list(track.since), event, {})]
        shown, counts = [], {zone.name: 0 for zone in self.params.zones}
        for (track, before), one in zip(seen, objects, strict=False):
            told += self._moved(track, before, one, event)
            shown.append({**one, "track": track.number, "zones": list(track.since)})
            for name in track.since:
                counts[name] = counts.get(name, 0) + 1
        count = sum(bool(one["zones"]) for one in shown)
        yield Emit("out", event.with_data({**event.data, "objects": shown, "count": count, "counts": counts}))
        yield from told

    def _moved(self, track: Track, before: list[float] | None, one: dict[str, Any], event: Event) -> Iterator[Emit]:
        point = standing_point(track.box, self.params.by)
        if before is not None:
            was = standing_point(before, self.params.by)
            for line in self.params.lines:
                direction = line.crossed(was, point)
                if direction is not None:
                    yield self._told("crossed", track, one, event, line=line.name, direction=direction)
        inside = [zone.name for zone in self.params.zones if zone.contains(point)]
        yield from self._left(track, [name for name in track.since if name not in inside], event, one)
        for name in inside:
            if name not in track.since:
                track.since[name] = event.time
                yield self._told("entered", track, one, event, zone=name)
            elif self._is_long(track, name, event.time):
                track.dwelt.append(name)
                yield self._told("dwelt", track, one, event, zone=name)

    def _is_long(self, track: Track, zone: str, time: int) -> bool:
        dwell = self.params.dwell
        return dwell is not None and zone not in track.dwelt and time - track.since[zone] >= dwell

    def _left(self, track: Track, names: list[str], event: Event, one: dict[str, Any]) -> Iterator[Emit]:
        drawn = {zone.name for zone in self.params.zones}
        for name in names:
            until = event.time if one else track.time
            stayed = max(0, until - track.since.pop(name)) / 1000
            if name in track.dwelt:
                track.dwelt.remove(name)
            if name in drawn:
                yield self._told("left", track, one, event, zone=name, stayed=stayed)

    def _told(self, port: str, track: Track, one: dict[str, Any], event: Event, **more: Any) -> Emit:
        told = {"track": track.number, "class": track.name, "box": track.box, "score": one.get("score"), **more}
        return Emit(
            port, event.with_data({**event.data, **{name: value for name, value in told.items() if value is not None}})
        )

    words = {
        "en": KindWords(
            label="Zones and lines",
            summary="Follows objects from picture to picture and tells when they enter or leave zones, stay, or cross lines.",
            description=(
                "Comes after “Detect objects” and reads its list of objects. Zones and lines are drawn on the picture. “out” "
                "sends each picture with “count” (objects in any zone), “counts” by zone, and the objects with their “track” number. “entered”, "
                "“left” (with “stayed”, seconds), “dwelt” and “crossed” (with “direction”) are sent for one object at a time. An object "
                "that is not seen for longer than the patience is lost: it leaves its zones, and is another one when it comes "
                "again. Pictures should come often enough that an object moves by less than its own size between two of them."
            ),
            labels={
                "field": "Objects", "classes": "Classes", "zones": "Zones", "lines": "Lines", "name": "Name", "polygon": "Corners",
                "from": "From", "to": "To", "x": "From the left", "y": "From the top", "by": "What must be inside",
                "by.foot": "where it stands (middle of the lower edge)", "by.middle": "its middle", "dwell": "Dwell time",
                "lost": "Patience", "per": PER_LABEL["en"],
            },
            params={
                "field": "The field with the objects. Default: objects.",
                "classes": "Which classes are followed. Left out: all.",
                "zones": "Parts of the picture, each with a name and 3 to 50 corners from 0 to 1, from the left and the top.",
                "lines": "Lines, each with a name, from one point to another. Forward is from its left to its right, seen along it.",
                "by": "Which point of an object counts.",
                "dwell": "How long an object must be in a zone for “dwelt”. Left out: never.",
                "lost": "How long an object may be unseen (hidden, missed by the detector) and still be the same. Default 3 seconds.",
                "per": PER["en"],
            },
        ),
        "ja": KindWords(
            label="区域と線",
            summary="物体を画像から画像へ追い、区域への出入り、滞在、線の横切りを知らせます。",
            description=(
                "「物体を検出する」の後に置き、その物体の一覧を読みます。区域と線は画像の上に描きます。「出力」には画像ごとに、区域内の数 "
                "count、区域別の counts、追跡番号 track の付いた objects が出ます。「入った」「出た」(滞在秒数 stayed 付き)「滞在した」"
                "「線を越えた」(向き direction 付き)は物体 1 つごとに出ます。「見失う時間」より長く写らない物体は見失ったとみなし、"
                "区域から出たことになります。再び写ると別の物体です。画像と画像の間の移動が物体自身の大きさより小さくなる間隔で撮ってください。"
            ),
            labels={
                "field": "物体の一覧", "classes": "クラス", "zones": "区域", "lines": "線", "name": "名前", "polygon": "頂点",
                "from": "始点", "to": "終点", "x": "左からの位置", "y": "上からの位置", "by": "区域に入る点",
                "by.foot": "足元(枠の下辺の中央)", "by.middle": "枠の中央", "dwell": "滞在時間", "lost": "見失う時間",
                "per": PER_LABEL["ja"],
            },
            params={
                "field": "物体の一覧が入った項目。既定は objects。",
                "classes": "追うクラス。省略するとすべて追います。",
                "zones": "画像の中の区域。名前と 3〜50 個の頂点を、左と上を 0、右と下を 1 とした位置で書きます。",
                "lines": "線。名前、始点、終点。始点から終点を見て左から右へ越えると forward、逆は back です。",
                "by": "物体のどの点で判定するか。",
                "dwell": "区域にこの時間とどまったら「滞在した」に出します。省略すると出しません。",
                "lost": "隠れたり検出されなかったりしても同じ物体とみなす時間。既定は 3 秒。",
                "per": PER["ja"],
            },
        ),
    }  # fmt: skip


def _row(at: int, *feet: float) -> dict[str, Any]:
    """A picture of people who stand at `feet` (0..1 from the left)."""
    objects = [{"class": "person", "score": 0.9, "box": [x - 0.05, 0.3, x + 0.05, 0.8]} for x in feet]
    return {"device": "hall-1", "at": f"{at}s", "data": {"objects": objects}}


_PRESS = {
    "name": "press",
    "polygon": [{"x": 0.5, "y": 0.5}, {"x": 1.0, "y": 0.5}, {"x": 1.0, "y": 1.0}, {"x": 0.5, "y": 1.0}],
}
_DOOR = {"name": "door", "from": {"x": 0.3, "y": 1.0}, "to": {"x": 0.3, "y": 0.0}}
Zones.examples = (
    Example(
        title={"en": "Who stays at the press for three seconds, and who comes through the door",
               "ja": "プレス機のそばに 3 秒とどまった人と、扉を通った人"},
        document={
            "suiro": 1, "name": "Press",
            "nodes": [
                {"id": "hall", "kind": "devices", "params": {"type": "hall_camera"}},
                {"id": "watch", "kind": "zones", "from": ["hall"], "params": {"zones": [_PRESS], "lines": [_DOOR], "dwell": "3s"}},
                {"id": "warn", "kind": "notify", "from": ["watch.dwelt"], "params": {"to": "safety", "text": "{track} at {zone}"}},
                {"id": "gone", "kind": "notify", "from": ["watch.left"], "params": {"to": "safety", "text": "{track} stayed {stayed} s"}},
                {"id": "came", "kind": "store", "from": ["watch.crossed"], "params": {"fields": ["line", "direction"]}},
            ],
            "tests": [{
                "name": "one walks through the door to the press and stays; another, who walks elsewhere, is somebody else",
                "given": [_row(0, 0.25), _row(1, 0.35), _row(2, 0.45), _row(3, 0.55, 0.2), _row(4, 0.6, 0.15), _row(5, 0.6, 0.1),
                          _row(6, 0.6), _row(7, 0.55), _row(8, 0.45)],
                "expect": [{"node": "came", "at": "1s", "data": {"line": "door", "direction": "forward"}},
                           {"node": "warn", "at": "6s", "data": {"text": "1 at press"}},
                           {"node": "gone", "at": "8s", "data": {"text": "1 stayed 5 s"}}],
            }],
        },
    ),
    Example(
        title={"en": "How many people are in the zone", "ja": "区域にいる人数"},
        document={
            "suiro": 1, "name": "Crowd",
            "nodes": [
                {"id": "hall", "kind": "devices", "params": {"type": "hall_camera"}},
                {"id": "watch", "kind": "zones", "from": ["hall"], "params": {"zones": [_PRESS], "classes": ["person"]}},
                {"id": "full", "kind": "threshold", "from": ["watch"], "params": {"field": "count", "at_least": 2}},
                {"id": "tell", "kind": "notify", "from": ["full.entered"], "params": {"to": "safety", "text": "{count}"}},
            ],
            "tests": [{
                "name": "two of three are inside",
                "given": [_row(0, 0.2, 0.6), _row(1, 0.25, 0.65, 0.9)],
                "expect": [{"node": "tell", "at": "1s", "data": {"text": "2"}}],
            }],
        },
    ),
)  # fmt: skip
