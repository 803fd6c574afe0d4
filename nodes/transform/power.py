"""power: apparent power from voltage and current, and with the active power also power factor and reactive power.

Voltage is read in V, current in A, active power in W, whatever their fields are registered in (a field without a unit is
taken to be in these). All are effective (RMS) values; of voltage and current only the size counts. `phases` 1: voltage
times current. 3: times √3 more, where the voltage is that between two lines, the current that of one line, and the load
is balanced. `apparent` (VA) is always added. With `active`: `power_factor` = active / apparent, from -1 to 1, with the sign
of the active power, and `reactive` (var) = √(apparent² - active²), never negative. An active power up to 5 % above the
apparent one is an inaccuracy of the meters: the factor is 1 or -1 and `reactive` 0. Above that something is mixed up: a
problem, and the event goes on with `apparent` alone. Without apparent power (machine off) there is no power factor:
`power_factor` is left out, `reactive` is 0. Fields of these names are replaced, or removed where they are left out. A
reading that is missing or no number is a problem and the event goes no further.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.measured import check_measured, reader, tidy
from nodes.kit.params import FieldName, NodeParams, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

UNITS = {"voltage": "V", "current": "A", "active": "W"}
"""What the fields are read in."""
INACCURACY = 1.05
"""How many times the apparent power an active power may be and still count as measured a little too high."""


class PowerParams(NodeParams):
    voltage: FieldName
    current: FieldName
    active: FieldName | None = None
    phases: Annotated[Literal[1, 3], Settable] = 1


WORDS = {
    "ja": KindWords(
        label="電力の計算",
        summary="電圧と電流から皮相電力を、有効電力もあれば力率と無効電力を求めます。",
        description=(
            "電圧は V、電流は A、有効電力は W に換算して計算します(単位のない項目はこれらの単位とみなします)。いずれも実効値で、"
            "電圧と電流は大きさだけを使います。単相は電圧×電流、三相は √3×線間電圧×線電流(平衡負荷)です。皮相電力を apparent"
            "(VA)に書きます。有効電力の項目を指定すると、力率を power_factor(有効電力÷皮相電力、−1〜1、符号は有効電力のまま)、"
            "無効電力を reactive(var、√(皮相電力²−有効電力²)、負にはならず、進み・遅れは区別しません)に書きます。有効電力が皮相"
            "電力を 5 % まで上回るのは計器の誤差とみなし、力率を ±1、無効電力を 0 とします。それを超えるときは相数や単位の間違い"
            "が考えられるため問題として記録し、apparent だけを付けて送ります。皮相電力が 0(停止中)なら力率は求められないため省き、"
            "無効電力は 0 です。同名の項目は置き換えます(省くときは削除します)。値が欠けている、または数値でないイベントは問題とし"
            "て記録し、先へ送りません。"
        ),
        labels={
            "voltage": "電圧", "current": "電流", "active": "有効電力", "phases": "相数", "phases.1": "単相", "phases.3": "三相",
        },
        params={
            "voltage": "電圧の項目。三相では線間電圧。",
            "current": "電流の項目。三相では線電流。",
            "active": "有効電力の項目。指定すると力率と無効電力も求めます。",
            "phases": "1:単相。3:三相(√3 倍します)。",
        },
    ),
    "en": KindWords(
        label="Electric power",
        summary="Apparent power from voltage and current; with the active power also power factor and reactive power.",
        description=(
            "Voltage is converted to V, current to A and active power to W; a field without a unit is taken to be in "
            "these. All are effective (RMS) values, and of voltage and current only the size counts. One phase: voltage "
            "times current. Three phases: √3 times the voltage between two lines times the current of one line (balanced "
            "load). The apparent power goes into “apparent” (VA). With the field of the active power, “power_factor” is "
            "active / apparent, from −1 to 1 with the sign of the active power, and “reactive” (var) is the square root "
            "of apparent² − active²; it is never negative and does not tell leading from lagging. An active power up to "
            "5 % above the apparent one counts as an inaccuracy of the meters: the factor is ±1 and “reactive” 0. Above "
            "that, phases or units are mixed up: a problem is shown and only “apparent” is added. Without apparent power "
            "(machine off) “power_factor” is left out and “reactive” is 0. Fields of these names are replaced, or removed "
            "where they are left out. An event whose readings are missing or no numbers is a problem and goes no further."
        ),
        labels={
            "voltage": "Voltage", "current": "Current", "active": "Active power", "phases": "Phases",
            "phases.1": "one", "phases.3": "three",
        },
        params={
            "voltage": "The field with the voltage; with three phases that between two lines.",
            "current": "The field with the current; with three phases that of one line.",
            "active": "The field with the active power. With it, power factor and reactive power are computed too.",
            "phases": "1: one phase. 3: three phases (√3 times more).",
        },
    ),
}  # fmt: skip
_BOTH = {"voltage": "<voltage>", "current": "<current>"}
_ALL = {**_BOTH, "active": "<active>"}
EXAMPLES = (
    Example(
        title={"ja": "力率が 0.85 を 10 分下回ったら知らせる", "en": "Tells when the power factor stays below 0.85 for ten minutes"},
        document={
            "suiro": 1, "name": "受電点の力率",
            "settings": {"limit": {"value": 0.85, "label": "力率の下限", "assumed": False}},
            "nodes": [
                {"id": "feeder", "kind": "devices", "params": {"type": "power_meter"}},
                {"id": "load", "kind": "power", "from": ["feeder"],
                 "params": {"voltage": "voltage", "current": "current", "active": "power", "phases": 3}},
                {"id": "poor", "kind": "threshold", "from": ["load"],
                 "params": {"field": "power_factor", "below": "$limit", "margin": 0.02, "for": "10m"}},
                {"id": "tell", "kind": "notify", "from": ["poor.entered"],
                 "params": {"to": "shift-channel", "text": "{device}:力率 {power_factor|round:2}。進相コンデンサーを確認してください"}},
                {"id": "calm", "kind": "notify", "from": ["poor.cleared"],
                 "params": {"to": "shift-channel", "text": "{device}:力率 {power_factor|round:2} に戻りました"}},
            ],
            "tests": [
                {"name": "有効電力が減って 10 分続くと知らせ、戻ったらもう一度知らせる",
                 "given": [
                     {"device": "feeder-1", "every": "5m", "until": "20m",
                      "data": {"voltage": 200, "current": 100, "power": 32000}},
                     {"device": "feeder-1", "from": "25m", "every": "5m", "until": "45m",
                      "data": {"voltage": 200, "current": 100, "power": 27000}},
                     {"device": "feeder-1", "from": "50m", "every": "5m", "until": "1h",
                      "data": {"voltage": 200, "current": 100, "power": 32000}},
                 ],
                 "expect": [
                     {"node": "tell", "at": "35m",
                      "data": {"text": "feeder-1:力率 0.78。進相コンデンサーを確認してください"}},
                     {"node": "calm", "at": "50m", "data": {"text": "feeder-1:力率 0.92 に戻りました"}}]},
                {"name": "停止中は力率がないので知らせない",
                 "given": [{"device": "feeder-1", "every": "5m", "until": "30m",
                            "data": {"voltage": 200, "current": 0, "power": 0}}],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "ブレーカーの皮相電力を記録する", "en": "Records the apparent power of a circuit"},
        document={
            "suiro": 1, "name": "Circuit load",
            "nodes": [
                {"id": "circuit", "kind": "devices", "params": {"type": "breaker"}},
                {"id": "load", "kind": "power", "from": ["circuit"], "params": {"voltage": "voltage", "current": "current"}},
                {"id": "keep", "kind": "store", "from": ["load"], "params": {"fields": ["apparent"]}},
            ],
            "tests": [
                {"name": "one phase: voltage times current",
                 "given": [{"device": "b1", "at": "0s", "data": {"voltage": 100, "current": 12.5}},
                           {"device": "b1", "at": "1m", "data": {"voltage": 100}}],
                 "expect": [{"node": "keep", "device": "b1", "at": "0s", "data": {"apparent": 1250}}]},
            ],
        },
    ),
)  # fmt: skip


class Power(Kind):
    id = "power"
    group = "transform"
    icon = "plug-zap"
    Params = PowerParams
    words = WORDS
    phrases = (
        *phrases("en", "derive", "apparent power | volt-amperes | volt amperes", params=_BOTH, gives="apparent"),
        *phrases("ja", "derive", "皮相電力", params=_BOTH, gives="apparent"),
        *phrases("en", "derive", "power factor | cos phi | cosφ", params=_ALL, gives="power_factor"),
        *phrases("ja", "derive", "力率", params=_ALL, gives="power_factor"),
        *phrases("en", "derive", "reactive power | wattless power", params=_ALL, gives="reactive"),
        *phrases("ja", "derive", "無効電力 | 無効分", params=_ALL, gives="reactive"),
    )
    examples = EXAMPLES

    def __init__(self, params: PowerParams, scope: Scope) -> None:
        super().__init__(params, scope)
        fields = {name: getattr(params, name) for name in UNITS if getattr(params, name) is not None}
        self.readers = [reader(field, UNITS[name], scope.shape) for name, field in fields.items()]
        self.factor = math.sqrt(3) if params.phases == 3 else 1.0

    @classmethod
    def check(cls, params: PowerParams, scope: Scope) -> Iterator[Problem]:
        for name, unit in UNITS.items():
            if (field := getattr(params, name)) is not None:
                yield from check_measured(field, f"/params/{name}", unit, scope.shape)

    @classmethod
    def shapes(cls, params: PowerParams, scope: Scope) -> dict[str, Shape]:
        found = {"apparent": FieldShape("number", "VA")}
        if params.active is not None:
            found |= {"power_factor": FieldShape("number"), "reactive": FieldShape("number", "var")}
        return {"out": scope.shape.plus(**found)}

    def on_event(self, event: Event, port: str, memory: None) -> Iterator[Yield]:
        values: list[float] = []
        for read in self.readers:
            value = read(event.data)
            if isinstance(value, Trouble):
                yield value
                return
            values.append(value)
        apparent = tidy(abs(values[0] * values[1]) * self.factor)
        if not math.isfinite(apparent):
            yield Trouble("not_finite", {"field": "apparent"})
            return
        data = {**event.data, "apparent": apparent}
        if self.params.active is not None:
            yield from self._with_active(data, apparent, values[2])
        yield Emit("out", event.with_data(data))

    def _with_active(self, data: dict[str, Any], apparent: float, active: float) -> Iterator[Yield]:
        """Put power factor and reactive power into `data`, as far as there are any."""
        data.pop("power_factor", None)
        data.pop("reactive", None)
        size = abs(active)
        if apparent and size > INACCURACY * apparent:
            args = {"field": self.params.active, "value": tidy(active), "min": -apparent, "max": apparent}
            yield Trouble("value_out_of_range", args)
            return
        if apparent:
            data["power_factor"] = tidy(math.copysign(min(size / apparent, 1.0), active))
        share = min(size / apparent, 1.0) if apparent else 1.0
        data["reactive"] = tidy(apparent * math.sqrt(1 - share * share))
