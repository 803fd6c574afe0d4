"""score: estimates numbers with a model that runs in the worker.

`inputs` says which field goes into which of the model's inputs, `results` under which name and in which unit each number of
the model goes on (`output`: which of its outputs; left out for the first). `out`: the event with these fields and
`model_version`; `unsure`: the same where a number lies outside its `min` or `max` (inclusive), which nobody has to believe. What
cannot be asked or answered leaves by `failed` with `reason` and `detail`.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.asking import FAILED, UNSURE, fail, failed_shape, unfit
from nodes.kit.effect import Answer, Ask, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import OUT, Example, Kind, KindWords, phrases
from nodes.kit.model_inputs import (
    VERSION,
    ModelInputs,
    asked_model,
    check_inputs,
    check_task,
    no_value,
    values_in,
    version_in,
    version_shape,
)  # fmt: skip
from nodes.kit.new_name import NewName, check_new_names
from nodes.kit.params import Duration, ModelId, NodeParams, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape


class Result(BaseModel):
    """One number of the model as a field of the event."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    name: NewName
    unit: Annotated[str, Field(max_length=32)] | None = None
    output: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    min: float | None = None
    max: float | None = None


class ScoreParams(NodeParams):
    model: ModelId | None = None
    inputs: ModelInputs
    results: Annotated[list[Result], Field(min_length=1, max_length=30)]
    timeout: Annotated[Duration, Settable] = 10_000


class Score(Kind):
    id = "score"
    group = "ai"
    icon = "calculator"
    outputs = (OUT, UNSURE, FAILED)
    Params = ScoreParams
    takes_late = True
    model_task = "score"
    phrases = (
        *phrases("en", "name", "regression model | prediction model | estimate with a model | predict with a model"),
        *phrases("ja", "name", "回帰モデル | 予測モデル | モデルで推定 | モデルで予測 | 推定モデル"),
    )
    examples: ClassVar[tuple[Example, ...]] = ()

    @classmethod
    def check(cls, params: ScoreParams, scope: Scope) -> Iterator[Problem]:
        model = asked_model(params, cls.model_task, scope)
        yield from check_task(model, cls.model_task)
        yield from check_inputs(params.inputs, model, scope.shape)
        names = ((one.name, f"/params/results/{index}/name") for index, one in enumerate(params.results))
        yield from check_new_names(names, taken=(VERSION,))
        for index, one in enumerate(params.results):
            if one.min is not None and one.max is not None and one.min > one.max:
                yield Problem("limits_swapped", f"/params/results/{index}/min", args={"low": one.min, "high": one.max})

    @classmethod
    def shapes(cls, params: ScoreParams, scope: Scope) -> dict[str, Shape]:
        numbers = {one.name: FieldShape("number", one.unit) for one in params.results}
        told = scope.shape.plus(**numbers, **version_shape())
        return {"out": told, "unsure": told, "failed": failed_shape(scope.shape)}

    def likely_answers(self) -> tuple[Any, ...]:
        """The least that counts, the most, half of it, and more than that."""
        return tuple(self._likely(part) for part in (0.0, 1.0, 0.5, 2.0))

    def _likely(self, part: float) -> dict[str, Any]:
        """An answer with each number so far on its way from its least to its most (0 and 1,000 where nothing bounds it)."""
        found: dict[str, Any] = {"values": {}}
        for one in self.params.results:
            low = 0.0 if one.min is None else one.min
            number = low + part * ((low + 1_000.0 if one.max is None else one.max) - low)
            (found if one.output is None else found["values"])[one.output or "value"] = number
        return found

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        values = values_in(event, self.params.inputs)
        if isinstance(values, str):
            yield from no_value(event, values)
            return
        request = {"task": self.model_task, "model": self.params.model, "values": values}
        yield Ask(request, self.params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        if answer.error is not None:
            yield from fail(event, answer)
            return
        found = self._numbers_in(answer.value)
        if isinstance(found, str):
            yield from unfit(event, found)
            return
        port = "out" if all(_within(one, found[one.name]) for one in self.params.results) else "unsure"
        yield Emit(port, event.with_data({**event.data, **found, **version_in(answer.value)}))

    def _numbers_in(self, value: Any) -> dict[str, Any] | str:
        """The declared numbers of an answer, or what is wrong with it."""
        if not isinstance(value, dict):
            return "not an object"
        named = value.get("values")
        found: dict[str, Any] = {}
        for one in self.params.results:
            number = (
                value.get("value") if one.output is None else named.get(one.output) if isinstance(named, dict) else None
            )
            if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
                return f"no number {one.output or 'value'}"
            found[one.name] = number
        return found

    words = {
        "en": KindWords(
            label="Estimate numbers",
            summary="Estimates numbers with a trained model that runs on the spot.",
            description=(
                "The model is an ONNX file that was uploaded under “Local models”, also one exported from scikit-learn; it runs "
                "in the worker, without a network. “out” sends the event with the declared numbers and “model_version”; a number "
                "outside its bounds is sent by “unsure” instead. What the model cannot be asked, or answers too late, leaves by "
                "“failed” with a reason."
            ),
            labels={
                "model": "Model", "inputs": "Inputs", "input": "Input of the model", "field": "Field", "results": "Results",
                "name": "Name of the field", "unit": "Unit", "output": "Output of the model", "min": "At least", "max": "At most",
                "timeout": "Time limit",
            },
            params={
                "model": "A registered model that estimates numbers; without one, the first there is.",
                "inputs": "Which field goes into which input of the model. All its inputs are needed.",
                "results": "Name and unit of each number; without an output, it is the model's first. Outside of at least and at most, it leaves by “unsure”.",
                "timeout": "How long to wait for the model. Default 10 seconds.",
            },
        ),
        "ja": KindWords(
            label="数値を推定する",
            summary="現場で動く学習済みモデルで数値を推定します。",
            description=(
                "モデルは「ローカルモデル」にアップロードした ONNX ファイル(scikit-learn から書き出したものも可)で、ワーカーの中で動き、"
                "ネットワークを使いません。「出力」には、決めた名前の数値と model_version を加えたイベントが出ます。下限と上限の外の数値は"
                "「判断できない」に出ます。モデルに尋ねられないとき、または答えが間に合わないときは、理由を付けて「失敗」に出ます。"
            ),
            labels={
                "model": "モデル", "inputs": "入力", "input": "モデルの入力", "field": "項目", "results": "結果", "name": "項目の名前",
                "unit": "単位", "output": "モデルの出力", "min": "下限", "max": "上限", "timeout": "制限時間",
            },
            params={
                "model": "登録済みの数値推定モデル。省略すると最初のものを使います。",
                "inputs": "モデルのどの入力にどの項目を渡すか。すべての入力が必要です。",
                "results": "数値の名前と単位。出力を省略するとモデルの最初の出力です。下限と上限の外なら「判断できない」に出ます。",
                "timeout": "モデルを待つ時間。既定は 10 秒。",
            },
        ),
    }  # fmt: skip


def _within(one: Result, number: float) -> bool:
    return (one.min is None or number >= one.min) and (one.max is None or number <= one.max)


Score.examples = (
    Example(
        title={"en": "Days until a tool is worn, by an uploaded model", "ja": "アップロードしたモデルで工具の残り日数を推定する"},
        registry={
            "types": [{"id": "lathe", "label": {"ja": "旋盤", "en": "lathe"},
                       "fields": [{"name": "vibration", "type": "number", "unit": "mm/s"}, {"name": "load", "type": "number", "unit": "%"}]}],
            "destinations": [{"id": "maintenance", "service": "slack", "label": {"ja": "保全", "en": "maintenance"}}],
            "models": [{"id": "life-v1", "task": "score", "label": {"ja": "工具寿命", "en": "tool life"}, "inputs": ["rms", "load"]}],
        },
        document={
            "suiro": 1, "name": "Tool life",
            "settings": {"limit": {"value": 3, "unit": "day", "label": "Days ahead", "assumed": False}},
            "nodes": [
                {"id": "lathe", "kind": "devices", "params": {"type": "lathe"}},
                {"id": "life", "kind": "score", "from": ["lathe"],
                 "params": {"model": "life-v1", "inputs": [{"input": "rms", "field": "vibration"}, {"input": "load", "field": "load"}],
                            "results": [{"name": "days_left", "unit": "day", "min": 0, "max": 365}]}},
                {"id": "soon", "kind": "threshold", "from": ["life"], "params": {"field": "days_left", "below": "$limit"}},
                {"id": "tell", "kind": "notify", "from": ["soon.entered"],
                 "params": {"to": "maintenance", "text": "{device}: {days_left|round:1} days left"}},
                {"id": "look", "kind": "notify", "from": ["life.unsure", "life.failed"],
                 "params": {"to": "maintenance", "text": "No sound estimate for {device}"}},
            ],
            "tests": [{
                "name": "told once below three days; a number that cannot be, and no answer, are told as such",
                "given": [{"device": "l1", "type": "lathe", "from": "0s", "every": "1m", "until": "3m", "data": {"vibration": 4.2, "load": 71}}],
                "answers": [{"node": "life", "answer": {"value": value, "values": {"y": value}}} for value in (12.5, 2.25, -40.0)]
                           + [{"node": "life", "error": "timeout"}],
                "expect": [{"node": "tell", "at": "1m", "data": {"text": "l1: 2.3 days left"}},
                           {"node": "look", "at": "2m"}, {"node": "look", "at": "3m"}],
            }],
        },
    ),
    Example(
        title={"en": "Two numbers of one model: the flow that a sensor should show, and how sure that is",
               "ja": "1 つのモデルから 2 つの数値(流量の推定値とその幅)"},
        registry={
            "types": [{"id": "pump", "label": {"ja": "ポンプ", "en": "pump"},
                       "fields": [{"name": "speed", "type": "number", "unit": "Hz"}, {"name": "open", "type": "boolean"}]}],
            "models": [{"id": "flow-v1", "task": "score", "label": {"ja": "流量の推定", "en": "flow estimate"}, "inputs": ["hz", "valve"]}],
        },
        document={
            "suiro": 1, "name": "Soft sensor",
            "nodes": [
                {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
                {"id": "guess", "kind": "score", "from": ["pump"],
                 "params": {"inputs": [{"input": "hz", "field": "speed"}, {"input": "valve", "field": "open"}],
                            "results": [{"name": "flow", "unit": "m³/h", "output": "mean"}, {"name": "spread", "unit": "m³/h", "output": "sigma"}]}},
                {"id": "keep", "kind": "store", "from": ["guess"], "params": {"fields": ["flow", "spread"]}},
            ],
            "tests": [{
                "name": "both outputs are kept",
                "given": [{"device": "p1", "at": "0s", "data": {"speed": 41, "open": True}}],
                "answers": [{"node": "guess", "answer": {"value": 12.5, "values": {"mean": 12.5, "sigma": 0.5}}}],
                "expect": [{"node": "keep", "at": "0s", "data": {"flow": 12.5, "spread": 0.5}}],
            }],
        },
    ),
)  # fmt: skip
