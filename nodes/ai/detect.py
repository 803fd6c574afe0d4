"""detect: finds objects in a picture with a model that runs in the worker, and tells when there are (no longer) enough.

Objects of `classes` with a score of `score` or more that stand in one of the `zones` (all of the picture without) count.
`out`: each picture, with the `objects` that count, `count`, `counts` by class, and of the surest its `label` and, where it
shows one, its `value`. `entered`: once, when at least `at_least` counted (with `confirm` in so many of the last pictures);
`cleared`: once after it, when fewer did, confirmed the same way. `unsure`: nothing more is said of a picture in which
fewer than `at_least` count, but would with scores down to `doubt`. A picture that could not be looked at changes nothing.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from nodes.kit.area import Corner, Which, Zones, check_names, standing_point
from nodes.kit.asking import FAILED, UNSURE, fail, failed_shape, unfit
from nodes.kit.confirm import Confirm
from nodes.kit.effect import Answer, Ask, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.fields import unknown
from nodes.kit.hold import CLEARED, ENTERED
from nodes.kit.kind import OUT, Example, Kind, KindWords, Memory, Said, phrases
from nodes.kit.look import check_picture, no_picture, picture_in
from nodes.kit.objects import MOST_OBJECTS, Classes, counts_of, objects_in
from nodes.kit.params import Duration, FieldName, Identity, Mark, ModelId, NodeParams, Per, Settable, refused
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

Score = Annotated[float, Field(ge=0, le=1), Settable]


class DetectParams(NodeParams):
    image: Annotated[FieldName, Identity]
    model: Annotated[ModelId, Mark(task="detect")] | None = None
    classes: Annotated[Classes | None, Identity] = None
    score: Score = 0.5
    doubt: Score | None = None
    zones: Zones = []
    by: Which = "foot"
    at_least: Annotated[int, Field(ge=1, le=MOST_OBJECTS), Settable] = 1
    confirm: Confirm | None = None
    timeout: Annotated[Duration, Settable] = 10_000
    per: Per = "device"

    @model_validator(mode="after")
    def doubt_is_below(self) -> Self:
        if self.doubt is not None and self.doubt >= self.score:
            raise refused("limits_swapped", low=self.doubt, high=self.score)
        return self


class DetectMemory(Memory):
    """`last`: whether enough counted in the last pictures, the newest last. `inside`: `entered` was sent, and no `cleared` yet."""

    said: ClassVar[Said] = {
        "en": {"inside": "Told, and not back yet", "last": "Enough in the last pictures"},
        "ja": {"inside": "通知済み(戻るまで)", "last": "直近の画像で数が足りたか"},
    }
    last: list[bool] = []
    inside: bool = False


class Detect(Kind):
    id = "detect"
    group = "ai"
    icon = "scan-search"
    outputs = (OUT, ENTERED, CLEARED, UNSURE, FAILED)
    Params = DetectParams
    Memory = DetectMemory
    takes_late = True
    model_task = "detect"
    phrases = (
        *phrases("en", "name", "detect objects | detect in the picture | count in the picture | find in the picture | "
                 "without a helmet | no helmet | missing helmet | helmet missing", port="entered"),
        *phrases("ja", "name", "画像から検出 | 画像で検知 | 物体検出 | ヘルメットをかぶっていない | ヘルメット未着用 | ノーヘル | "
                 "画像で数え", port="entered"),
    )  # fmt: skip
    examples: ClassVar[tuple[Example, ...]] = ()

    @classmethod
    def check(cls, params: DetectParams, scope: Scope) -> Iterator[Problem]:
        yield from check_picture(params.image, "/params/image", scope.shape)
        yield from check_names(params.zones, "/params/zones")
        model = scope.registry.models.get(params.model or "") if scope.registry else None
        if model is None:
            return
        if model.task != "detect":
            detail = f"{params.model}: {model.task}"
            yield Problem("wrong_task", "/params/model", args={"detail": detail})
        for index, name in enumerate(params.classes or () if model.labels else ()):
            if name not in model.labels:
                yield unknown("not_allowed_value", f"/params/classes/{index}", name, model.labels, word="value")

    @classmethod
    def shapes(cls, params: DetectParams, scope: Scope) -> dict[str, Shape]:
        anything, whole = FieldShape("any"), FieldShape("integer")
        found = scope.shape.plus(
            objects=anything, count=whole, counts=anything, label=FieldShape("string"), value=FieldShape("number")
        )
        told = dict.fromkeys(("out", "entered", "cleared"), found)
        return {**told, "unsure": found, "failed": failed_shape(scope.shape)}

    def likely_answers(self) -> tuple[Any, ...]:
        """Nothing, and as many as are wanted where they count, showing the least and the most."""
        model = self.scope.registry.models.get(self.params.model or "") if self.scope.registry else None
        name = next(iter(self.params.classes or (model.labels if model else ())), "object")
        corners = self.params.zones[0].polygon if self.params.zones else [Corner(x=0.5, y=0.5)]
        x, y = (sum(getattr(corner, axis) for corner in corners) / len(corners) for axis in "xy")
        below = y if self.params.by == "foot" else min(1.0, y + 0.1)
        box = [max(0.0, x - 0.05), max(0.0, 2 * y - below), min(1.0, x + 0.05), below]
        one = {"class": name, "score": 1.0, "box": box}
        shown = ([{**one, "value": value}] * self.params.at_least for value in (0.0, 1.0))
        return {"objects": []}, *({"objects": objects} for objects in shown)

    def on_event(self, event: Event, port: str, memory: DetectMemory) -> Iterator[Yield]:
        picture = picture_in(event, self.params.image)
        if picture is None:
            yield from no_picture(event, self.params.image)
            return
        yield Ask({"task": "detect", "model": self.params.model, "picture": picture}, self.params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: DetectMemory) -> Iterator[Yield]:
        if answer.error is not None:
            yield from fail(event, answer)
            return
        objects = objects_in(answer.value.get("objects") if isinstance(answer.value, dict) else None)
        if isinstance(objects, str):
            yield from unfit(event, objects)
            return
        yield from self._told(objects, event, memory)

    def _told(self, objects: list[dict[str, Any]], event: Event, memory: DetectMemory) -> Iterator[Yield]:
        params = self.params
        counted = self._counted(objects, params.score)
        found = event.with_data({**event.data, **_fields(counted)})
        if len(counted) < params.at_least and params.doubt is not None:
            doubtful = self._counted(objects, params.doubt)
            if len(doubtful) >= params.at_least:
                yield Emit("unsure", event.with_data({**event.data, **_fields(doubtful)}))
                return
        yield Emit("out", found)
        if self._turned(len(counted) >= params.at_least, memory):
            memory.inside = not memory.inside
            memory.last = []
            yield Emit("entered" if memory.inside else "cleared", found)

    def _counted(self, objects: list[dict[str, Any]], score: float) -> list[dict[str, Any]]:
        wanted = self.params.classes
        seen = (one for one in objects if one["score"] >= score and (wanted is None or one["class"] in wanted))
        return sorted(filter(self._is_in, seen), key=lambda one: -one["score"])

    def _is_in(self, one: dict[str, Any]) -> bool:
        point = standing_point(one["box"], self.params.by)
        return not self.params.zones or any(zone.contains(point) for zone in self.params.zones)

    def _turned(self, enough: bool, memory: DetectMemory) -> bool:
        """Is it now otherwise than was last told, and confirmed?"""
        confirm = self.params.confirm
        if confirm is None:
            return enough != memory.inside
        memory.last = [*memory.last, enough][-confirm.of :]
        return memory.last.count(not memory.inside) >= confirm.times

    def standing(self, memory: DetectMemory) -> str:
        return "entered" if memory.inside else "cleared"

    words = {
        "en": KindWords(
            label="Detect objects",
            summary="Finds objects in a picture with a model that runs on the spot, counts them, and tells when there are enough.",
            description=(
                "The model runs in the worker; no picture leaves it. Objects of the chosen classes with a high enough score, "
                "in one of the zones, count. “out” sends each picture with “objects” (class, score, box), “count”, “counts” by "
                "class, and of the surest object “label” and, where the model reads one, “value” from 0 to 1. “entered” is sent once when enough "
                "are there, “cleared” once when they no longer are. A picture that cannot be looked at leaves by “failed” with a "
                "reason and changes nothing. Detectors are wrong at times: confirm over several pictures before something acts."
            ),
            labels={
                "image": "Picture", "model": "Model", "classes": "Classes", "score": "Least score", "doubt": "Unsure from",
                "zones": "Zones", "name": "Name", "polygon": "Corners", "x": "From the left", "y": "From the top",
                "by": "What must be inside", "by.foot": "where it stands (middle of the lower edge)",
                "by.middle": "its middle", "at_least": "At least so many", "confirm": "Confirm", "times": "Times",
                "of": "Of the last", "timeout": "Time limit", "per": PER_LABEL["en"],
            },
            params={
                "image": "The field with the picture.",
                "model": "A registered model for detection; without one, the first there is.",
                "classes": "Which classes count, by the model's names. Left out: all.",
                "score": "From which score (0 to 1) an object counts. Default 0.5.",
                "doubt": "Where too few count, but would with scores from here, the picture leaves by “unsure” alone. Left out: never.",
                "zones": "Only objects in one of these parts of the picture count. Corners from 0 to 1, from the left and the top.",
                "by": "Which point of an object must lie in the zone.",
                "at_least": "How many must count for “entered”. Default 1.",
                "confirm": "“entered” and “cleared” only when so many of the last pictures say so.",
                "timeout": "How long to wait for the model. Default 10 seconds.",
                "per": PER["en"],
            },
        ),
        "ja": KindWords(
            label="物体を検出する",
            summary="現場で動くモデルで画像から物体を見つけて数え、必要な数になったら知らせます。",
            description=(
                "モデルはワーカーの中で動き、画像は外に出ません。選んだクラスで、スコアが基準以上、区域の中にある物体を数えます。"
                "「出力」には画像ごとに objects(クラス、スコア、枠)、count、クラス別の counts、最も確かな物体の label と、モデルが"
                "値を読む場合は value(0〜1)が出ます。必要な数になったとき「超えた」に一度、そうでなくなったとき「戻った」に一度出ます。"
                "調べられない画像は理由を付けて「失敗」に出て、状態は変わりません。検出は誤ることがあります。何かを動かす前に、"
                "複数の画像で確かめてください。"
            ),
            labels={
                "image": "画像", "model": "モデル", "classes": "クラス", "score": "スコアの下限", "doubt": "判断できないとする下限",
                "zones": "区域", "name": "名前", "polygon": "頂点", "x": "左からの位置", "y": "上からの位置",
                "by": "区域に入る点", "by.foot": "足元(枠の下辺の中央)", "by.middle": "枠の中央",
                "at_least": "必要な数", "confirm": "確かめ方", "times": "一致する回数", "of": "直近の回数",
                "timeout": "制限時間", "per": PER_LABEL["ja"],
            },
            params={
                "image": "画像の入った項目。",
                "model": "登録済みの検出モデル。省略すると最初の検出モデルを使います。",
                "classes": "数えるクラス(モデルでの名前)。省略するとすべて数えます。",
                "score": "このスコア(0〜1)以上の物体を数えます。既定は 0.5。",
                "doubt": "数が足りず、スコアの下限をここまで下げれば足りる画像は「判断できない」だけに出します。省略すると出しません。",
                "zones": "この区域のどれかに入る物体だけを数えます。頂点は左と上を 0、右と下を 1 とした位置で書きます。",
                "by": "物体のどの点が区域に入ればよいか。",
                "at_least": "「超えた」に必要な数。既定は 1。",
                "confirm": "直近の画像のうちこの回数がそうなったとき、初めて「超えた」「戻った」を出します。",
                "timeout": "モデルを待つ時間。既定は 10 秒。",
                "per": PER["ja"],
            },
        ),
    }  # fmt: skip


def _fields(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """What is told of the objects that count, the surest first."""
    fields: dict[str, Any] = {"objects": objects, "count": len(objects), "counts": counts_of(objects)}
    if objects:
        fields["label"] = objects[0]["class"]
    values = [one["value"] for one in objects if "value" in one]
    return {**fields, "value": values[0]} if values else fields


REGISTRY = {
    "types": [
        {"id": "hall_camera", "label": {"ja": "ホールのカメラ", "en": "hall camera"},
         "fields": [{"name": "picture", "type": "image", "label": {"ja": "画像", "en": "picture"}}]},
        {"id": "dial_camera", "label": {"ja": "圧力計のカメラ", "en": "dial camera"},
         "fields": [{"name": "picture", "type": "image", "label": {"ja": "画像", "en": "picture"}}]},
    ],
    "destinations": [{"id": "safety", "service": "slack", "label": {"ja": "安全担当", "en": "safety"}}],
    "models": [{"id": "helmet-v1", "task": "detect", "label": {"ja": "ヘルメット検出", "en": "helmet detector"}}],
}  # fmt: skip
SHOT = {"picture": {"$file": "pictures/hall-1.jpg"}}


def _seen(name: str, foot: float, score: float = 0.9, **more: Any) -> dict[str, Any]:
    return {"class": name, "score": score, "box": [foot - 0.05, 0.4, foot + 0.05, 0.8], **more}


def _answers(*pictures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"node": "look", "answer": {"objects": objects}} for objects in pictures]


_BARE, _SAFE = "person_without_helmet", "person_with_helmet"
_PRESS = {
    "name": "press",
    "polygon": [{"x": 0.0, "y": 0.5}, {"x": 0.5, "y": 0.5}, {"x": 0.5, "y": 1.0}, {"x": 0.0, "y": 1.0}],
}
Detect.examples = (
    Example(
        title={"en": "Somebody without a helmet at the press, in two of three pictures",
               "ja": "プレス機のそばにヘルメットのない人がいる(3 枚中 2 枚)"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Helmets at the press",
            "nodes": [
                {"id": "hall", "kind": "devices", "params": {"type": "hall_camera"}},
                {"id": "look", "kind": "detect", "from": ["hall"],
                 "params": {"image": "picture", "model": "helmet-v1", "classes": [_BARE], "zones": [_PRESS],
                            "confirm": {"times": 2, "of": 3}}},
                {"id": "tell", "kind": "notify", "from": ["look.entered"],
                 "params": {"to": "safety", "text": "{device}: {count} without a helmet"}},
                {"id": "calm", "kind": "notify", "from": ["look.cleared"],
                 "params": {"to": "safety", "text": "{device}: all safe again"}},
            ],
            "tests": [{
                "name": "one picture alarms nobody; who stands elsewhere, has a helmet, or is hardly seen does not count",
                "given": [{"device": "hall-1", "from": "0s", "every": "1s", "until": "6s", "data": SHOT}],
                "answers": _answers(
                    [_seen(_BARE, 0.2), _seen(_SAFE, 0.3)], [_seen(_BARE, 0.8), _seen(_BARE, 0.2, 0.3)], [_seen(_BARE, 0.2)],
                    [_seen(_BARE, 0.3), _seen(_BARE, 0.4)], [], [_seen(_BARE, 0.9)], [_seen(_SAFE, 0.2)],
                ),
                "expect": [{"node": "tell", "device": "hall-1", "at": "2s", "data": {"text": "hall-1: 1 without a helmet"}},
                           {"node": "calm", "device": "hall-1", "at": "5s"}],
            }],
        },
    ),
    Example(
        title={"en": "A reading from a dial's needle", "ja": "アナログ圧力計の針を読む"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Dial",
            "nodes": [
                {"id": "dial", "kind": "devices", "params": {"type": "dial_camera"}},
                {"id": "look", "kind": "detect", "from": ["dial"], "params": {"image": "picture", "classes": ["gauge"], "doubt": 0.2}},
                {"id": "there", "kind": "condition", "from": ["look"], "params": {"expr": "count == 1"}},
                {"id": "read", "kind": "set_fields", "from": ["there"], "params": {"fields": [{"name": "pressure", "expr": "value * 1.6"}]}},
                {"id": "keep", "kind": "store", "from": ["read"], "params": {"fields": ["pressure"]}},
                {"id": "person", "kind": "notify", "from": ["look.unsure", "look.failed"],
                 "params": {"to": "safety", "text": "Please read {device}"}},
            ],
            "tests": [{
                "name": "half of the dial is 0.8; a doubtful or a failed look is read by a person",
                "given": [{"device": "dial-1", "from": "0s", "every": "1m", "until": "2m", "data": SHOT}],
                "answers": [*_answers([_seen("gauge", 0.5, 0.99, value=0.5)], [_seen("gauge", 0.5, 0.3, value=0.9)]),
                            {"node": "look", "error": "timeout"}],
                "expect": [{"node": "keep", "device": "dial-1", "at": "0s", "data": {"pressure": 0.8}},
                           {"node": "person", "at": "1m"}, {"node": "person", "at": "2m"}],
            }],
        },
    ),
)  # fmt: skip
