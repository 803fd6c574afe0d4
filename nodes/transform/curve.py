"""curve: a value read off a table of points, with straight lines between them.

`points` are pairs of `x` (in the unit of `field`) and `y`; each x lies above the one before. At a point the result is its
y exactly, between two points it lies on the straight line between them. `outside` says what is below the first and
above the last x (these two are inside): `clamp` takes the y of the nearest end, `extend` prolongs the first or last line,
`problem` is a problem and the event goes no further. The result is written into the field `name`, in `unit`, and replaces
one of that name, which may be `field` itself. A reading that is missing or no number, or a result that is too large to be
held, is a problem too and the event goes no further.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.measured import tidy
from nodes.kit.new_name import NewName, check_new_names
from nodes.kit.params import FieldName, Mark, NodeParams, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape


class Point(BaseModel):
    """One row of the table."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    x: Annotated[float, Mark(unit_of="field")]
    y: float


class CurveParams(NodeParams):
    field: FieldName
    points: Annotated[list[Point], Field(min_length=2, max_length=200)]
    name: NewName
    unit: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    outside: Annotated[Literal["clamp", "extend", "problem"], Settable] = "clamp"


WORDS = {
    "ja": KindWords(
        label="換算表(折れ線)",
        summary="点の表を直線でつないで値を換算します(水位から容量、電圧から電池残量、4〜20 mA から測定値など)。",
        description=(
            "x は元の項目の単位の値、y は換算後の値です。x は小さい順に 2〜200 点並べます。点の上ではその y、点の間では直線上の値に"
            "なります。最初の x より小さい、または最後の x より大きい値の扱いは「範囲外」で選びます(両端の点は範囲内)。clamp は端の "
            "y に固定、extend は端の直線を延長、problem は問題として記録し、そのイベントを先へ送りません。結果は「書き込む項目」に"
            "書き、同名の項目は置き換えます(元の項目と同じ名前でもかまいません)。値が欠けている、数値でない、または結果が大きすぎる"
            "イベントは問題として記録し、先へ送りません。"
        ),
        labels={
            "field": "元の項目", "points": "点", "x": "x(元の値)", "y": "y(換算後)", "name": "書き込む項目", "unit": "単位",
            "outside": "範囲外", "outside.clamp": "端の値に固定", "outside.extend": "直線を延長", "outside.problem": "問題とする",
        },
        params={
            "field": "換算する数値の項目。",
            "points": "x の小さい順に並べた点。例:4 mA → 0、20 mA → 100。",
            "name": "結果を書く項目の名前。",
            "unit": "結果の単位。省略すると単位なしです。",
            "outside": "最初の点より小さい値と最後の点より大きい値の扱い。",
        },
    ),
    "en": KindWords(
        label="Curve",
        summary="Reads a value off a table of points: level to volume, voltage to battery charge, 4–20 mA to a quantity.",
        description=(
            "x is a value in the unit of the field, y what it stands for. 2 to 200 points in ascending order of x. At a "
            "point the result is its y, between two points it lies on the straight line. What is below the first or above "
            "the last x (these two are inside) is taken as “outside” says: clamp gives the y of the nearest end, extend "
            "prolongs the first or last line, problem shows a problem and the event goes no further. The result is "
            "written into the named field and replaces one of that name; it may be the field itself. A reading that is "
            "missing or no number, or a result too large to be held, is a problem and the event goes no further."
        ),
        labels={
            "field": "Field", "points": "Points", "x": "x (reading)", "y": "y (result)", "name": "Write into",
            "unit": "Unit", "outside": "Outside of the points", "outside.clamp": "stay at the end",
            "outside.extend": "prolong the line", "outside.problem": "count as a problem",
        },
        params={
            "field": "The number to convert.",
            "points": "The points in ascending order of x, e.g. 4 mA → 0, 20 mA → 100.",
            "name": "The name of the field for the result.",
            "unit": "The unit of the result; left out: none.",
            "outside": "What to do below the first and above the last point.",
        },
    ),
}  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "タンクの水位から残量を求め、200 L を切ったら知らせる",
               "en": "Litres left from the level of a tank, and a notice below 200 L"},
        document={
            "suiro": 1, "name": "薬液タンクの残量",
            "settings": {"low": {"value": 200, "unit": "L", "label": "補充する残量", "assumed": False}},
            "nodes": [
                {"id": "tank", "kind": "devices", "params": {"type": "tank"}},
                {"id": "volume", "kind": "curve", "from": ["tank"],
                 "params": {"field": "level", "name": "litres", "unit": "L",
                            "points": [{"x": 0, "y": 0}, {"x": 20, "y": 60}, {"x": 60, "y": 420}, {"x": 100, "y": 1000}]}},
                {"id": "short", "kind": "threshold", "from": ["volume"],
                 "params": {"field": "litres", "below": "$low", "margin": 50}},
                {"id": "tell", "kind": "notify", "from": ["short.entered"],
                 "params": {"to": "shift-channel", "text": "{device}の残量は {litres|round:0} L です。補充してください"}},
                {"id": "full", "kind": "notify", "from": ["short.cleared"],
                 "params": {"to": "shift-channel", "text": "{device}に補充しました({litres|round:0} L)"}},
            ],
            "tests": [
                {"name": "水位が下がると 200 L を切り、補充すると戻る",
                 "given": [
                     {"device": "tank-1", "every": "10m", "until": "2h30m", "data": {"level": {"from": 60, "to": 30}}},
                     {"device": "tank-1", "from": "2h40m", "every": "10m", "until": "3h",
                      "data": {"level": {"from": 80, "to": 100}}},
                 ],
                 "expect": [
                     {"node": "tell", "at": "2h10m", "data": {"text": "tank-1の残量は 186 L です。補充してください"}},
                     {"node": "full", "at": "2h40m", "data": {"text": "tank-1に補充しました(710 L)"}}]},
                {"name": "表の外は端の値にとどまる",
                 "given": [{"device": "tank-1", "at": "0s", "data": {"level": -3}}],
                 "expect": [{"node": "tell", "data": {"text": "tank-1の残量は 0 L です。補充してください"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "4〜20 mA の信号を 0〜10 bar に直し、断線は値としない",
               "en": "A 4–20 mA signal to 0–10 bar; a broken wire gives no value"},
        document={
            "suiro": 1, "name": "Pressure transmitter",
            "nodes": [
                {"id": "loop", "kind": "devices", "params": {"type": "transmitter"}},
                {"id": "scale", "kind": "curve", "from": ["loop"],
                 "params": {"field": "current", "name": "pressure", "unit": "bar", "outside": "problem",
                            "points": [{"x": 3.8, "y": -0.125}, {"x": 4, "y": 0}, {"x": 20, "y": 10}, {"x": 20.5, "y": 10.3125}]}},
                {"id": "keep", "kind": "store", "from": ["scale"], "params": {"fields": ["pressure"]}},
            ],
            "tests": [
                {"name": "12 mA are half of the range, 0 mA are a broken wire",
                 "given": [{"device": "t1", "at": "0s", "data": {"current": 4}},
                           {"device": "t1", "at": "1m", "data": {"current": 12}},
                           {"device": "t1", "at": "2m", "data": {"current": 20.5}},
                           {"device": "t1", "at": "3m", "data": {"current": 0}},
                           {"device": "t1", "at": "4m", "data": {"current": 21}}],
                 "expect": [{"node": "keep", "at": "0s", "data": {"pressure": 0}},
                            {"node": "keep", "at": "1m", "data": {"pressure": 5}},
                            {"node": "keep", "at": "2m", "data": {"pressure": 10.3125}}]},
            ],
        },
    ),
)  # fmt: skip


class Curve(Kind):
    id = "curve"
    group = "transform"
    icon = "spline"
    Params = CurveParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "calibration curve | conversion curve | characteristic curve | interpolate | "
                 "interpolation | strapping table | tank table | 4-20 ma | 4 to 20 ma | linear scaling",
                 params={"field": "<field>"}),
        *phrases("ja", "name", "検量線 | 換算表 | 換算カーブ | 特性曲線 | 折れ線 | 直線補間 | 補間し | 4-20ma | 4〜20ma | "
                 "スケーリング", params={"field": "<field>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: CurveParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.x = [point.x for point in params.points]
        self.y = [point.y for point in params.points]

    @classmethod
    def check(cls, params: CurveParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)
        yield from check_new_names([(params.name, "/params/name")])
        for index, (before, point) in enumerate(pairwise(params.points), start=1):
            path = f"/params/points/{index}/x"
            if point.x == before.x:
                yield Problem("not_unique", path)
            elif point.x < before.x:
                ordered = [p.model_dump() for p in sorted(params.points, key=lambda p: p.x)]
                args = {"low": before.x, "high": point.x}
                yield Problem("limits_swapped", path, args=args, fix={"path": "/params/points", "value": ordered})
                return

    @classmethod
    def shapes(cls, params: CurveParams, scope: Scope) -> dict[str, Shape]:
        return {"out": scope.shape.plus(**{params.name: FieldShape("number", params.unit)})}

    def on_event(self, event: Event, port: str, memory: None) -> Iterator[Yield]:
        field = self.params.field
        value = number_in(event.data, field)
        if isinstance(value, Trouble):
            yield value
            return
        low, high = self.x[0], self.x[-1]
        if self.params.outside == "problem" and not low <= value <= high:
            yield Trouble("value_out_of_range", {"field": field, "value": value, "min": low, "max": high})
            return
        result = self._read_off(value)
        if math.isfinite(result):
            yield Emit("out", event.with_data({**event.data, self.params.name: result}))
        else:
            yield Trouble("not_finite", {"field": self.params.name})

    def _read_off(self, value: Any) -> float:
        """The y at `value`; past the ends as `outside` says."""
        x, y = self.x, self.y
        if self.params.outside != "extend":
            value = min(max(value, x[0]), x[-1])
        left = min(max(bisect_right(x, value) - 1, 0), len(x) - 2)
        for at in (left, left + 1):
            if value == x[at]:
                return y[at]
        try:
            share = (value - x[left]) / (x[left + 1] - x[left])
            return tidy(y[left] * (1 - share) + y[left + 1] * share)
        except OverflowError:  # a whole number that no float holds
            return math.inf
