"""rate: how fast a value changes, and how far it has risen or fallen within a length of time.

Each event is compared with what was read `over` ago: the newest reading at or before time - over, else the earliest one
there is; without `over` with the reading before. `change` is the difference, `rate` is change per `each`, `rise` how far the value
is above the lowest reading since then, `fall` how far below the highest. The first reading has nothing to be compared
with and is not sent; of two readings at one time the later takes the place of the earlier and is not sent either.
"""

from collections.abc import Callable, Iterator
from operator import ge, le
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import Example, Kind, KindWords, Memory, Said, phrases
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

CELLS = 120
"""Parts of `over` of which one reading each (and the lowest and the highest) is remembered."""
WORDS = {
    "ja": KindWords(
        label="変化率",
        summary="値がどれだけの速さで変わっているか、一定時間にどれだけ上がった(下がった)かを求めます。",
        description=(
            "「さかのぼる時間」だけ前の値と比べます(その時点で最も新しかった値。なければ一番古い値)。省略すると直前の値と"
            "比べます。change は差、rate は「単位時間」あたりの変化、rise はその間の最低値からの上昇、fall は最高値からの下降です。"
            "最初の値は比べる相手がないので送りません。同じ時刻の値は後のものに置き換え、送りません。覚えるのは、さかのぼる時間を"
            "120 に分けた区切りごとに 1 つずつです。"
        ),
        labels={"field": "項目", "over": "さかのぼる時間", "each": "単位時間", "per": PER_LABEL["ja"]},
        params={
            "field": "調べる数値の項目。",
            "over": "この時間だけ前の値と比べます。省略すると直前の値と比べます。",
            "each": "rate をこの時間あたりの変化とします(例:1m なら 1 分あたり)。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Rate of change",
        summary="How fast a value changes, and how far it has risen or fallen within a length of time.",
        description=(
            "Compares with what was read so long ago (the newest reading of that moment, else the earliest there is); left "
            "out: with the reading before. Adds change (the difference), rate (change per unit of time), rise (above the "
            "lowest since then) and fall (below the highest). The first reading has nothing to be compared with and is not "
            "sent; a second one at the same time takes the place of the first and is not sent. One reading is remembered "
            "for each 120th of the time looked back."
        ),
        labels={"field": "Field", "over": "Look back", "each": "Per", "per": PER_LABEL["en"]},
        params={
            "field": "The number to look at.",
            "over": "Compares with the value of so long ago; left out: with the one before.",
            "each": "The unit of time of the rate, e.g. 1m for per minute.",
            "per": PER["en"],
        },
    ),
}
_FIELDS = {"fields": ["change", "rate", "rise", "fall"]}


def _flow(params: dict[str, Any], expr: str) -> list[dict[str, Any]]:
    return [
        {"id": "oven", "kind": "devices", "params": {"type": "oven"}},
        {"id": "speed", "kind": "rate", "from": ["oven"], "params": {"field": "temperature", **params}},
        {"id": "fast", "kind": "condition", "from": ["speed"], "params": {"expr": expr}},
        {"id": "keep", "kind": "store", "from": ["fast.true"], "params": _FIELDS},
    ]


def _read(*values: float) -> list[dict[str, Any]]:
    return [{"device": "o1", "at": f"{n}m", "data": {"temperature": value}} for n, value in enumerate(values)]


EXAMPLES = (
    Example(
        title={"ja": "5 分間に 10 ℃ 以上上がったら", "en": "A rise of 10 °C or more within five minutes"},
        document={
            "suiro": 1, "name": "急な温度上昇", "nodes": _flow({"field": "temperature", "over": "5m"}, "rise >= 10.0"),
            "tests": [
                {"name": "下がってから上がった分も数える",
                 "given": _read(50, 51, 50, 48, 52, 55, 58, 59, 59, 58, 57, 56),
                 "expect": [{"node": "keep", "device": "o1", "at": "6m", "data": {"rise": 10, "change": 7, "fall": 0}},
                            {"node": "keep", "at": "7m", "data": {"rise": 11, "change": 9}},
                            {"node": "keep", "at": "8m", "data": {"rise": 11, "change": 11, "rate": 2.2}},
                            ]},
            ],
        },
    ),
    Example(
        title={"ja": "1 時間あたりの変化", "en": "Degrees per hour between two readings"},
        document={
            "suiro": 1, "name": "Degrees per hour", "nodes": _flow({"each": "1h"}, "rate < -60.0 || rate > 60.0"),
            "tests": [
                {"name": "2 degrees in a minute are 120 an hour", "given": _read(50, 50.5, 52.5, 50.5),
                 "expect": [{"node": "keep", "at": "2m", "data": {"rate": 120, "change": 2, "rise": 2, "fall": 0}},
                            {"node": "keep", "at": "3m", "data": {"rate": -120, "change": -2, "rise": 0, "fall": 2}}]},
            ],
        },
    ),
)  # fmt: skip


class RateParams(NodeParams):
    field: Annotated[FieldName, Identity]
    over: Annotated[Duration, Field(gt=0), Settable, Identity] | None = None
    each: Annotated[Duration, Field(gt=0), Settable] = 60_000
    per: Per = "device"


class RateMemory(Memory):
    """Readings as [time, value]. `marks`: without `over` the last two, else the first of each cell since `over` ago. `last`:
    the newest, whose place another of its time may take. Of those before it `lows`: those below all later ones, `highs`:
    those above all later ones, at most one of a cell."""

    said: ClassVar[Said] = {
        "en": {"last": "Newest reading"},
        "ja": {"last": "最新の値"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("marks", "last", "lows", "highs")
    marks: list[list[float]] = []
    last: list[float] | None = None
    lows: list[list[float]] = []
    highs: list[list[float]] = []


class Rate(Kind):
    id = "rate"
    group = "window"
    icon = "trending-up"
    Params = RateParams
    Memory = RateMemory
    words = WORDS
    phrases = (
        *phrases("en", "derive", "rise | climb | increase | go up | jump | warm up | heat up | grow | shoot up | surge | leap | gain",
                 params={"field": "<field>", "over": "<over>", "per": "<per>"}, gives="rise"),
        *phrases("ja", "derive", "上が | 上がっ | 上昇 | 上昇幅 | 上昇量 | 上昇速度 | 昇温 | 昇温速度 | 増え | 増加 | 増加量 | 跳ね上が | 急上昇 | 急増",
                 params={"field": "<field>", "over": "<over>", "per": "<per>"}, gives="rise"),
        *phrases("en", "derive", "fall | drop | decrease | go down | come down | sink | dip | cool | cool down | plunge | lose",
                 params={"field": "<field>", "over": "<over>", "per": "<per>"}, gives="fall"),
        *phrases("ja", "derive", "下が | 下がっ | 低下 | 低下幅 | 低下量 | 低下速度 | 下降 | 下降幅 | 降温 | 降温速度 | 減っ | 減り | 減少 | 減少量 | "
                 "落ち | 急落 | 急低下 | 急減", params={"field": "<field>", "over": "<over>", "per": "<per>"}, gives="fall"),
        *phrases("en", "derive", "change by | vary by | varies by | shift by | move by | swing by | fluctuate by | change more than",
                 params={"field": "<field>", "over": "<over>", "per": "<per>"}, gives="change"),
        *phrases("en", "derive", "rate of change | rate of rise | rate of fall | changes too fast | heating rate | cooling rate",
                 params={"field": "<field>", "per": "<per>"}, gives="rate"),
        *phrases("ja", "derive", "変化率 | 上昇率 | 低下率 | 変化速度 | 変化の速さ | 毎分の変化",
                 params={"field": "<field>", "per": "<per>"}, gives="rate"),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: RateParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)

    @classmethod
    def shapes(cls, params: RateParams, scope: Scope) -> dict[str, Shape]:
        known = scope.shape.fields.get(params.field)
        unit = known.unit if known else None
        name = {1_000: "s", 60_000: "min", 3_600_000: "h", 86_400_000: "day"}.get(params.each)
        difference = FieldShape("number", unit, difference=True)
        rate = FieldShape("number", f"{unit}/{name}" if unit and name else None, difference=True)
        shape = shape_after(params.per, scope.shape)
        return {"out": shape.plus(change=difference, rate=rate, rise=difference, fall=difference)}

    def on_event(self, event: Event, port: str, memory: RateMemory) -> Iterator[Yield]:
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            yield value
            return
        reading = [event.time, float(value)]
        again = memory.last is not None and memory.last[0] == event.time
        over = self.params.over
        low, high = _to_the_last(reading, memory) if over is None else _looking_back(over, reading, memory)
        memory.last = reading
        since, before = memory.marks[0]
        if again or since == event.time:
            return
        change = value - before
        more = {"change": change, "rate": change * self.params.each / (event.time - since),
                "rise": value - low, "fall": high - value}  # fmt: skip
        yield Emit("out", event.with_data({**event.data, **more}))


def _to_the_last(reading: list[float], memory: RateMemory) -> tuple[float, float]:
    """The lower and the higher one of this reading and the one before it."""
    memory.marks = [*memory.marks[-1:], reading]
    values = [value for _, value in memory.marks]
    return min(values), max(values)


def _looking_back(over: int, reading: list[float], memory: RateMemory) -> tuple[float, float]:
    """The lowest and the highest reading since `over` ago."""
    marks, (time, value) = memory.marks, reading
    cell = max(1, over // CELLS)
    if memory.last is not None and memory.last[0] != time:
        _past(memory.lows, memory.last, ge, cell)
        _past(memory.highs, memory.last, le, cell)
    if marks and marks[-1][0] == time:
        marks[-1] = reading
    elif not marks or marks[-1][0] // cell != time // cell:
        marks.append(reading)
    while marks[0] is not marks[-1] and marks[1][0] <= time - over:
        marks.pop(0)
    for kept in (memory.lows, memory.highs):
        while kept and kept[0][0] < marks[0][0]:
            kept.pop(0)
    low = memory.lows[0][1] if memory.lows else value
    high = memory.highs[0][1] if memory.highs else value
    return min(low, value), max(high, value)


def _past(kept: list[list[float]], reading: list[float], beaten: Callable[[float, float], bool], cell: int) -> None:
    """Keep a reading whose place nothing takes any more among those that no later one has `beaten`."""
    while kept and beaten(kept[-1][1], reading[1]):
        kept.pop()
    if not kept or kept[-1][0] // cell != reading[0] // cell:
        kept.append(reading)
