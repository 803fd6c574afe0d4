"""spectrum: figures of vibration out of a list of samples: RMS, peak, crest factor, kurtosis, dominant frequency, bands, ISO zone.

`field` holds a list of numbers, `rate` of them a second, of `unit`. Added are `rms` and `peak` (in the unit, about the mean),
`crest` (peak / RMS), `kurtosis` (3 for Gaussian noise, more where something knocks), `dominant` (Hz), `velocity` (mm/s RMS between 10 and
1000 Hz, integrated where the samples are accelerations), for each of `bands` the RMS of what lies in [from, to) Hz under its name, and
with `machine` the `zone` A to D of ISO 20816-3 (formerly 10816-3). crest, kurtosis and dominant are null where nothing moves,
velocity and zone where the samples span less than 0.2 s or are slower than 40 Hz. Figures have 6 digits. The list itself goes
no further. Fewer than 16 or more than 32,768 samples, or one that is no number, are a problem. See nodes/kit/vibration.py.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.new_name import NewName, check_new_names
from nodes.kit.params import FieldName, NodeParams, Settable
from nodes.kit.payload import type_of
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.vibration import Unit, figures, zone

FEWEST, MOST = 16, 32_768
GIVEN = ("rms", "peak", "crest", "kurtosis", "dominant", "velocity", "zone")
Machine = Literal["none", "large_rigid", "large_flexible", "medium_rigid", "medium_flexible", "small"]
Hertz = Annotated[float, Field(ge=0, le=1_000_000)]
WORDS = {
    "ja": KindWords(
        label="振動スペクトル",
        summary="振動の波形(数値のリスト)から、実効値、波高率、尖度、卓越周波数、帯域ごとの強さ、ISO の区分を求めます。",
        description=(
            "波形の平均を引いてから、rms(実効値)と peak(最大)を元の単位で、crest(波高率)、kurtosis(尖度。ガウス雑音で 3、打撃があると大きい)、"
            "dominant(卓越周波数 Hz)、velocity(10〜1000 Hz の速度実効値 mm/s。加速度なら積分します)、帯域ごとの実効値を加えます。機械の種類を選ぶと "
            "ISO 20816-3(旧 10816-3)の zone(A〜D)も加えます。動きがなければ crest、kurtosis、dominant は null、0.2 秒より短いか 40 Hz より遅い波形では "
            "velocity と zone が null です。数値は有効 6 桁です。波形そのものは先へ送りません。16 個未満、32,768 個を超える、または数値でないものを含む"
            "リストは問題として記録し、先へ送りません。"
        ),
        labels={
            "field": "項目", "rate": "サンプリング周波数 (Hz)", "unit": "波形の単位", "unit.m/s2": "加速度 m/s²", "unit.g": "加速度 G",
            "unit.mm/s": "速度 mm/s", "bands": "帯域", "name": "名前", "from": "から (Hz)", "to": "まで (Hz)", "machine": "機械の種類",
            "machine.none": "区分しない", "machine.large_rigid": "300 kW 超、剛な支持", "machine.large_flexible": "300 kW 超、柔な支持",
            "machine.medium_rigid": "15〜300 kW、剛な支持", "machine.medium_flexible": "15〜300 kW、柔な支持", "machine.small": "15 kW まで(10816-1 クラス I)",
        },
        params={
            "field": "波形(等間隔の数値のリスト)の項目。",
            "rate": "1 秒あたりのサンプル数。",
            "unit": "サンプルの単位。",
            "bands": "帯域の名前と範囲。その名前の項目に、範囲内の実効値を加えます。",
            "machine": "ISO の区分に使う機械の出力と支持。",
        },
    ),
    "en": KindWords(
        label="Spectrum",
        summary="Figures of vibration out of a list of samples: RMS, crest factor, kurtosis, dominant frequency, bands, ISO zone.",
        description=(
            "Takes off the mean, then adds rms and peak in the unit of the samples, crest (peak / RMS), kurtosis (3 for Gaussian noise, "
            "more where something knocks), dominant (Hz), velocity (mm/s RMS between 10 and 1000 Hz; accelerations are integrated) and "
            "the RMS of each band under its name; where a machine is chosen also the zone A to D of ISO 20816-3 (formerly 10816-3). "
            "Where nothing moves crest, kurtosis and dominant are null; velocity and zone are where the samples span less than 0.2 s or "
            "are slower than 40 Hz. Figures have 6 digits. The list itself goes no further. A list with fewer than 16 or more than "
            "32,768 elements, or with one that is no number, is a problem and goes no further."
        ),
        labels={
            "field": "Field", "rate": "Sample rate (Hz)", "unit": "Unit of the samples", "unit.m/s2": "acceleration, m/s²",
            "unit.g": "acceleration, g", "unit.mm/s": "velocity, mm/s", "bands": "Bands", "name": "Name", "from": "From (Hz)",
            "to": "To (Hz)", "machine": "Machine", "machine.none": "no zone", "machine.large_rigid": "over 300 kW, rigid support",
            "machine.large_flexible": "over 300 kW, flexible support", "machine.medium_rigid": "15 to 300 kW, rigid support",
            "machine.medium_flexible": "15 to 300 kW, flexible support", "machine.small": "up to 15 kW (10816-1 class I)",
        },
        params={
            "field": "A list of equally spaced numbers.",
            "rate": "How many samples a second.",
            "unit": "What the samples are.",
            "bands": "Names and ranges of bands; the RMS within each is added as a field of its name.",
            "machine": "Power and support of the machine, for the ISO zone.",
        },
    ),
}  # fmt: skip
_WAVE = [0, 7, 10, 7, 0, -7, -10, -7] * 4


def _flow(params: dict[str, Any], *fields: str) -> list[dict[str, Any]]:
    return [
        {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
        {"id": "shake", "kind": "spectrum", "from": ["pump"], "params": {"field": "samples", **params}},
        {"id": "keep", "kind": "store", "from": ["shake"], "params": {"fields": list(fields)}},
    ]


EXAMPLES = (
    Example(
        title={"ja": "加速度の波形から ISO の区分を求める", "en": "The ISO zone from samples of acceleration"},
        document={
            "suiro": 1, "name": "ポンプの振動区分",
            "nodes": _flow({"rate": 128, "unit": "g", "machine": "medium_rigid"}, "velocity", "zone", "dominant"),
            "tests": [
                {"name": "16 Hz、振幅 0.1 G は 9.8 mm/s ほどで A から D のうち D",
                 "given": [{"device": "p1", "at": "0s", "data": {"samples": [part / 100 for part in _WAVE]}}],
                 "expect": [{"node": "keep", "at": "0s", "data": {"zone": "D", "dominant": 16}}]},
            ],
        },
    ),
    Example(
        title={"ja": "帯域ごとの強さと波高率", "en": "Bands and the crest factor"},
        document={
            "suiro": 1, "name": "Bands of a pump",
            "nodes": _flow({"rate": 128, "bands": [{"name": "slow", "from": 8, "to": 24}, {"name": "fast", "from": 24, "to": 64}]},
                           "rms", "crest", "slow", "fast"),
            "tests": [
                {"name": "all of a slow wave lies in the slow band, and samples of which there are too few are a problem",
                 "given": [{"device": "p1", "at": "0s", "data": {"samples": _WAVE}},
                           {"device": "p1", "at": "1s", "data": {"samples": [1, 2, 3]}}],
                 "expect": [{"node": "keep", "at": "0s", "data": {"rms": 7.03562, "crest": 1.42134}}]},
            ],
        },
    ),
)  # fmt: skip


class FrequencyBand(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: NewName
    low: Annotated[Hertz, Field(alias="from")]
    high: Annotated[Hertz, Field(alias="to")]


class SpectrumParams(NodeParams):
    field: FieldName
    rate: Annotated[float, Settable, Field(gt=0, le=1_000_000)]
    unit: Annotated[Unit, Settable] = "m/s2"
    bands: Annotated[list[FrequencyBand], Field(max_length=16)] = []
    machine: Annotated[Machine, Settable] = "none"


class Spectrum(Kind):
    id = "spectrum"
    group = "ai"
    icon = "audio-lines"
    Params = SpectrumParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "vibration spectrum | frequency spectrum | fft | crest factor | kurtosis | iso 10816 | iso 20816 | "
                 "vibration zone | vibration severity"),
        *phrases("ja", "name", "振動スペクトル | 周波数分析 | 周波数解析 | fft | 波高率 | クレストファクター | 尖度 | iso 10816 | iso 20816 | 振動区分"),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: SpectrumParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape)
        known = scope.shape.fields.get(params.field)
        if known is not None and known.type != "any":
            args = {"field": params.field, "found": known.type, "expected": "array"}
            yield Problem("wrong_type", "/params/field", args=args)
        yield from check_new_names(
            ((band.name, f"/params/bands/{n}/name") for n, band in enumerate(params.bands)), taken=GIVEN
        )
        for number, band in enumerate(params.bands):
            if band.low > band.high:
                fix = {
                    "path": f"/params/bands/{number}",
                    "value": {"name": band.name, "from": band.high, "to": band.low},
                }
                limits = {"low": band.low, "high": band.high}
                yield Problem("limits_swapped", f"/params/bands/{number}", args=limits, fix=fix)

    @classmethod
    def shapes(cls, params: SpectrumParams, scope: Scope) -> dict[str, Shape]:
        number, own = FieldShape("number"), FieldShape("number", params.unit.replace("2", "²"))
        added = {"rms": own, "peak": own, "crest": number, "kurtosis": number, "dominant": FieldShape("number", "Hz"),
                 "velocity": FieldShape("number", "mm/s"), **{band.name: own for band in params.bands}}  # fmt: skip
        if params.machine != "none":
            added["zone"] = FieldShape("string")
        kept = {name: field for name, field in scope.shape.fields.items() if name != params.field}
        return {
            "out": Shape(
                {**kept, **added}, scope.shape.open, scope.shape.device, scope.shape.types, scope.shape.devices
            )
        }

    def on_event(self, event: Event, port: str, memory: None) -> Iterator[Yield]:
        samples = event.data.get(self.params.field)
        if (wrong := self._wrong(samples)) is not None or not isinstance(samples, list):
            yield wrong or Trouble("missing_field", {"field": self.params.field})
            return
        bands = [(band.low, band.high) for band in self.params.bands]
        found = figures(samples, self.params.rate, self.params.unit, bands)
        data = {name: value for name, value in event.data.items() if name != self.params.field}
        data |= {name: getattr(found, name) for name in GIVEN if name != "zone"}
        data |= {band.name: value for band, value in zip(self.params.bands, found.bands, strict=True)}
        if self.params.machine != "none":
            data["zone"] = None if found.velocity is None else zone(found.velocity, self.params.machine)
        yield Emit("out", event.with_data(data))

    def _wrong(self, samples: Any) -> Trouble | None:
        field = self.params.field
        if samples is None:
            return Trouble("missing_field", {"field": field})
        if not isinstance(samples, list):
            return Trouble("wrong_type", {"field": field, "expected": "array", "found": type_of(samples)})
        if len(samples) < FEWEST:
            return Trouble("too_short", {"count": len(samples), "min": FEWEST})
        if len(samples) > MOST:
            return Trouble("too_long", {"count": len(samples), "max": MOST})
        strange = next((one for one in samples if one.__class__ is not float and one.__class__ is not int), 0.0)
        if strange.__class__ is not float:
            return Trouble("wrong_type", {"field": field, "expected": "number", "found": type_of(strange)})
        if not all(isfinite(one) and abs(one) <= 1e60 for one in samples):
            return Trouble("number_too_large", {})
        return None
