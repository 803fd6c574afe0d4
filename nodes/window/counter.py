"""counter: what a counter that only counts up has counted, through overflow and restart of the device.

`increase` is what was added since the reading before (times `factor`), `total` all of it since the start or the last `reset`. The first
reading adds nothing: it is where counting begins. A reading below the one before is an overflow if the counter is known
to wrap (`wrap_at`) and the way over the wrap is at most half of it, else a restart: the device counted from 0, so the
reading itself is added, and the event also goes to `restarted`. With `max_step` a larger increase is not believed: it is a
problem, adds nothing, and counting goes on from the new reading. A negative reading is a problem and changes nothing.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.exact import LARGEST_FACTOR, add_product, total
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import IN, OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

WORDS = {
    "ja": KindWords(
        label="カウンター",
        summary="積算カウンター(パルス数など)の増加分と合計を、桁あふれやデバイスの再起動があっても正しく求めます。",
        description=(
            "increase は直前の値からの増加分、total は開始(またはリセット)からの合計です。どちらも係数を掛けた値です。最初の"
            "値は数え始めなので何も加えません。値が前より小さいとき、「あふれる値」が分かっていて、あふれをまたぐ増加がその半分"
            "以下なら桁あふれとみなします。そうでなければデバイスの再起動とみなし、0 から数えた分(その値)を加え、「再起動」からも"
            "送ります。「最大の増加」を超える増加は信用せず、問題として記録し、何も加えずにその値から数え続けます。"
        ),
        labels={
            "field": "項目", "factor": "係数", "unit": "単位", "wrap_at": "あふれる値", "max_step": "最大の増加",
            "per": PER_LABEL["ja"],
        },
        params={
            "field": "増え続ける積算値の項目。",
            "factor": "1 カウントあたりの量(例:1 パルス 0.01 m³)。",
            "unit": "係数を掛けた量の単位。",
            "wrap_at": "カウンターが 0 に戻る値(16 ビットなら 65536)。",
            "max_step": "1 回の増加として信用できる最大の量(係数を掛けた値)。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Counter",
        summary="What a meter or pulse counter has counted, through overflow and restart of the device.",
        description=(
            "increase is what was added since the reading before, total all of it since the start or the last reset, both "
            "times the factor. The first reading adds nothing. A reading below the one before is an overflow if “wraps at” "
            "is known and the way over it is at most half of that, else a restart of the device: the reading itself is "
            "added, and the event also goes to “restarted”. An increase beyond “largest step” is not believed: it is shown "
            "as a problem, adds nothing, and counting goes on from there."
        ),
        labels={
            "field": "Field", "factor": "Factor", "unit": "Unit", "wrap_at": "Wraps at", "max_step": "Largest step",
            "per": PER_LABEL["en"],
        },
        params={
            "field": "The number that only grows.",
            "factor": "How much one count is, e.g. 0.01 m³ for a pulse.",
            "unit": "The unit of what is counted, after the factor.",
            "wrap_at": "The value at which the counter begins at 0 again (65536 for 16 bits).",
            "max_step": "The largest increase that can be true, after the factor.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip


def _flow(params: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
        {"id": "water", "kind": "counter", "from": ["meter"], "params": {"field": "pulses", **params}},
        {"id": "keep", "kind": "store", "from": ["water"], "params": {"fields": ["increase", "total"]}},
        {"id": "note", "kind": "store", "from": ["water.restarted"], "params": {"fields": ["pulses"]}},
    ]


def _pulses(*values: float) -> list[dict[str, Any]]:
    return [{"device": "m1", "at": f"{n}m", "data": {"pulses": value}} for n, value in enumerate(values)]


def _kept(at: str, increase: float, sum: float) -> dict[str, Any]:
    return {"node": "keep", "device": "m1", "at": at, "data": {"increase": increase, "total": sum}}


EXAMPLES = (
    Example(
        title={"ja": "16 ビットの水道メーター(1 パルス 10 L)", "en": "A 16-bit water meter, 10 litres a pulse"},
        document={
            "suiro": 1, "name": "水道メーター", "nodes": _flow({"factor": 10, "unit": "L", "wrap_at": 65536}),
            "tests": [
                {"name": "桁あふれと再起動", "given": _pulses(65530, 65535, 4, 10, 2),
                 "expect": [_kept("0m", 0, 0), _kept("1m", 50, 50), _kept("2m", 50, 100), _kept("3m", 60, 160),
                            _kept("4m", 20, 180), {"node": "note", "at": "4m", "data": {"pulses": 2}}]},
            ],
        },
    ),
    Example(
        title={"ja": "ありえない増加は数えない", "en": "A jump that cannot be true is not counted"},
        document={
            "suiro": 1, "name": "A jump", "nodes": _flow({"max_step": 100}),
            "tests": [
                {"name": "counting goes on from the odd reading", "given": _pulses(5, 8, 9000, 9003),
                 "expect": [_kept("0m", 0, 0), _kept("1m", 3, 3), _kept("3m", 3, 6)]},
            ],
        },
    ),
)  # fmt: skip


class CounterParams(NodeParams):
    field: Annotated[FieldName, Identity]
    factor: Annotated[float, Settable, Field(gt=0)] = 1.0
    unit: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    wrap_at: Annotated[float, Settable, Field(gt=0)] | None = None
    max_step: Annotated[float, Settable, Field(gt=0)] | None = None
    per: Per = "device"


class CounterMemory(Memory):
    """`last`: the reading before (None: none yet). `sum`: the exact total (see nodes/kit/exact.py)."""

    said: ClassVar[Said] = {
        "en": {"last": "Reading before"},
        "ja": {"last": "前回の値"},
    }  # fmt: skip
    last: float | None = None
    sum: list[float] = []


class Counter(Kind):
    id = "counter"
    group = "window"
    icon = "hash"
    inputs = (IN, Port("reset", {"ja": "リセット", "en": "reset"}))
    outputs = (OUT, Port("restarted", {"ja": "再起動", "en": "restarted"}))
    Params = CounterParams
    Memory = CounterMemory
    words = WORDS
    phrases = (
        *phrases("en", "derive", "pulse count | pulses counted | meter reading | counted so far | consumption | usage | "
                 "consumption since", params={"field": "<field>", "per": "<per>"}, gives="total"),
        *phrases("ja", "derive", "パルス数 | 積算値 | 累計 | メーターの増加 | 使用量 | 消費量",
                 params={"field": "<field>", "per": "<per>"}, gives="total"),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: CounterParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)

    @classmethod
    def shapes(cls, params: CounterParams, scope: Scope) -> dict[str, Shape]:
        known = scope.shape.fields.get(params.field)
        same = known.unit if known and params.factor == 1 else None
        amount = FieldShape("number", params.unit or same)
        shape = shape_after(params.per, scope.shape).plus(increase=amount, total=amount)
        return {"out": shape, "restarted": shape}

    def on_event(self, event: Event, port: str, memory: CounterMemory) -> Iterator[Yield]:
        if port == "reset":
            memory.sum = []
            return
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            yield value
        elif not 0 <= value <= LARGEST_FACTOR:
            yield Trouble("value_out_of_range", {"field": self.params.field, "value": value, "min": 0})
        else:
            yield from self._count(event, float(value), memory)

    def _count(self, event: Event, value: float, memory: CounterMemory) -> Iterator[Yield]:
        last, memory.last = memory.last, value
        way = 0.0 if last is None else self._way(last, value)
        pulses = value if way is None else way
        step = pulses * self.params.factor
        if self.params.max_step is not None and step > self.params.max_step:
            yield Trouble(
                "value_out_of_range", {"field": self.params.field, "value": step, "max": self.params.max_step}
            )
            return
        add_product(memory.sum, pulses, self.params.factor)
        counted = event.with_data({**event.data, "increase": step, "total": total(memory.sum)})
        yield Emit("out", counted)
        if way is None:
            yield Emit("restarted", counted)

    def _way(self, last: float, value: float) -> float | None:
        """Counts from one reading to the next, over the wrap where it went down; None where it began anew."""
        if value >= last:
            return value - last
        wrap = self.params.wrap_at
        if wrap is None or last > wrap:
            return None
        over = value + wrap - last
        return over if over <= wrap / 2 else None
