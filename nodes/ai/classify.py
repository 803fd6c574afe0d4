"""classify: gives an event one of a model's labels; the model runs in the worker, on numbers of the event or on its picture.

`inputs` says which field goes into which of the model's inputs, or `image` which field has the picture. `out`: the event with
`label`, `score` (0 to 1) and `model_version`, where the score is `score` or more; `unsure`: the same where it is less. What
cannot be asked or answered leaves by `failed` with `reason` and `detail`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.asking import FAILED, UNSURE, fail, failed_shape, unfit
from nodes.kit.effect import Answer, Ask, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import OUT, Example, Kind, KindWords, phrases
from nodes.kit.look import check_picture, no_picture, picture_in
from nodes.kit.model_inputs import (
    ModelInputs,
    asked_model,
    check_inputs,
    check_task,
    no_value,
    values_in,
    version_in,
    version_shape,
)  # fmt: skip
from nodes.kit.params import Duration, FieldName, ModelId, NodeParams, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

MOST_TRIED = 6
"""Labels that a trial tries."""
LONGEST_LABEL = 100


class ClassifyParams(NodeParams):
    exactly_one = ("inputs", "image")
    model: ModelId | None = None
    inputs: ModelInputs | None = None
    image: FieldName | None = None
    score: Annotated[float, Field(ge=0, le=1), Settable] = 0.5
    timeout: Annotated[Duration, Settable] = 10_000


class Classify(Kind):
    id = "classify"
    group = "ai"
    icon = "tags"
    outputs = (OUT, UNSURE, FAILED)
    Params = ClassifyParams
    takes_late = True
    model_task = "classify"
    phrases = (
        *phrases("en", "name", "classification model | trained classifier | classifier model | picture classifier"),
        *phrases("ja", "name", "分類モデル | 判別モデル | モデルで分類 | モデルで判別 | 分類器"),
    )
    examples: ClassVar[tuple[Example, ...]] = ()

    @classmethod
    def check(cls, params: ClassifyParams, scope: Scope) -> Iterator[Problem]:
        model = asked_model(params, cls.model_task, scope)
        yield from check_task(model, cls.model_task)
        if params.inputs is not None:
            yield from check_inputs(params.inputs, model, scope.shape)
        elif params.image is not None:
            yield from check_picture(params.image, "/params/image", scope.shape)
            if model is not None and model.inputs:
                yield Problem("model_wants_numbers", "/params/image", args={"id": model.id, "names": model.inputs[:20]})

    @classmethod
    def shapes(cls, params: ClassifyParams, scope: Scope) -> dict[str, Shape]:
        told = scope.shape.plus(label=FieldShape("string"), score=FieldShape("number"), **version_shape())
        return {"out": told, "unsure": told, "failed": failed_shape(scope.shape)}

    def likely_answers(self) -> tuple[Any, ...]:
        """Each of the model's labels for sure, then one that is not."""
        model = asked_model(self.params, self.model_task, self.scope)
        labels = (model.labels if model is not None else [])[:MOST_TRIED] or ["A"]
        return *({"label": label, "score": 1.0} for label in labels), {"label": labels[0], "score": 0.0}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        params, request = self.params, {"task": self.model_task, "model": self.params.model}
        if params.inputs is None:
            picture = picture_in(event, params.image)
            if picture is None:
                yield from no_picture(event, params.image)
                return
            yield Ask({**request, "picture": picture}, params.timeout)
            return
        values = values_in(event, params.inputs)
        if isinstance(values, str):
            yield from no_value(event, values)
            return
        yield Ask({**request, "values": values}, params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        if answer.error is not None:
            yield from fail(event, answer)
            return
        found = _label_in(answer.value)
        if isinstance(found, str):
            yield from unfit(event, found)
            return
        port = "out" if found["score"] >= self.params.score else "unsure"
        yield Emit(port, event.with_data({**event.data, **found}))

    words = {
        "en": KindWords(
            label="Classify",
            summary="Gives each event one of a trained model's labels, with a score.",
            description=(
                "The model is an ONNX file that was uploaded under “Local models”, also one exported from scikit-learn; it runs "
                "in the worker, without a network. It reads numbers of the event or a picture. “out” sends the event with "
                "“label”, “score” from 0 to 1 and “model_version”; where the score is too low, “unsure” does. What the model "
                "cannot be asked, or answers too late, leaves by “failed” with a reason."
            ),
            labels={
                "model": "Model", "inputs": "Inputs", "input": "Input of the model", "field": "Field", "image": "Picture",
                "score": "Least score", "timeout": "Time limit",
            },
            params={
                "model": "A registered model for classification; without one, the first there is.",
                "inputs": "Which field goes into which input of the model. All its inputs are needed.",
                "image": "The field with the picture, for a model that reads pictures.",
                "score": "From which score (0 to 1) the label counts; below, the event leaves by “unsure”. Default 0.5.",
                "timeout": "How long to wait for the model. Default 10 seconds.",
            },
        ),
        "ja": KindWords(
            label="分類する",
            summary="学習済みモデルで、イベントごとにラベルとスコアを付けます。",
            description=(
                "モデルは「ローカルモデル」にアップロードした ONNX ファイル(scikit-learn から書き出したものも可)で、ワーカーの中で動き、"
                "ネットワークを使いません。イベントの数値、または画像を読みます。「出力」には label、score(0〜1)、model_version を加えた"
                "イベントが出ます。スコアが基準に届かなければ「判断できない」に出ます。モデルに尋ねられないとき、または答えが間に合わない"
                "ときは、理由を付けて「失敗」に出ます。"
            ),
            labels={
                "model": "モデル", "inputs": "入力", "input": "モデルの入力", "field": "項目", "image": "画像",
                "score": "スコアの下限", "timeout": "制限時間",
            },
            params={
                "model": "登録済みの分類モデル。省略すると最初の分類モデルを使います。",
                "inputs": "モデルのどの入力にどの項目を渡すか。すべての入力が必要です。",
                "image": "画像の入った項目(画像を読むモデルの場合)。",
                "score": "このスコア(0〜1)以上ならラベルを採用し、未満なら「判断できない」に出します。既定は 0.5。",
                "timeout": "モデルを待つ時間。既定は 10 秒。",
            },
        ),
    }  # fmt: skip


def _label_in(value: Any) -> dict[str, Any] | str:
    """The fields that an answer gives, or what is wrong with it."""
    if not isinstance(value, dict):
        return "not an object"
    label, score = value.get("label"), value.get("score")
    if not isinstance(label, str) or not 0 < len(label) <= LONGEST_LABEL:
        return "no label"
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        return "no score from 0 to 1"
    return {"label": label, "score": round(float(score), 4), **version_in(value)}


REGISTRY = {
    "types": [
        {"id": "press", "label": {"ja": "プレス機", "en": "press"},
         "fields": [{"name": "vibration", "type": "number", "unit": "mm/s"}, {"name": "temperature", "type": "number", "unit": "°C"}]},
        {"id": "belt_camera", "label": {"ja": "ベルトのカメラ", "en": "belt camera"},
         "fields": [{"name": "picture", "type": "image", "label": {"ja": "画像", "en": "picture"}}]},
    ],
    "destinations": [{"id": "maintenance", "service": "slack", "label": {"ja": "保全", "en": "maintenance"}}],
    "models": [
        {"id": "wear-v1", "task": "classify", "label": {"ja": "摩耗の判別", "en": "wear classifier"},
         "labels": ["good", "worn"], "inputs": ["vibration_rms", "oil_temperature"]},
        {"id": "parts-v1", "task": "classify", "label": {"ja": "部品の判別", "en": "part classifier"},
         "labels": ["good", "scratch"], "picture": [224, 224]},
    ],
}  # fmt: skip


def _said(*answers: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"node": "judge", "answer": {"label": label, "score": score, "version": "1"}} for label, score in answers]


Classify.examples = (
    Example(
        title={"en": "Worn or not, by vibration and temperature", "ja": "振動と温度から摩耗を判別する"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Worn tools",
            "nodes": [
                {"id": "press", "kind": "devices", "params": {"type": "press"}},
                {"id": "judge", "kind": "classify", "from": ["press"],
                 "params": {"model": "wear-v1", "score": 0.8,
                            "inputs": [{"input": "vibration_rms", "field": "vibration"},
                                       {"input": "oil_temperature", "field": "temperature"}]}},
                {"id": "worn", "kind": "condition", "from": ["judge"], "params": {"expr": 'label == "worn"'}},
                {"id": "tell", "kind": "notify", "from": ["worn"],
                 "params": {"to": "maintenance", "text": "{device}: {label} ({score})"}},
                {"id": "look", "kind": "notify", "from": ["judge.unsure", "judge.failed"],
                 "params": {"to": "maintenance", "text": "Please look at {device}"}},
            ],
            "tests": [{
                "name": "a sure label is told, a doubtful one and no answer are looked at by a person",
                "given": [{"device": "p1", "type": "press", "from": "0s", "every": "1m", "until": "3m",
                           "data": {"vibration": 7.1, "temperature": 61}}],
                "answers": [*_said(("good", 0.97), ("worn", 0.91), ("worn", 0.55)), {"node": "judge", "error": "timeout"}],
                "expect": [{"node": "tell", "at": "1m", "data": {"text": "p1: worn (0.91)"}},
                           {"node": "look", "at": "2m"}, {"node": "look", "at": "3m"}],
            }],
        },
    ),
    Example(
        title={"en": "A scratch on the picture of a part", "ja": "部品の画像から傷を判別する"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Scratches",
            "nodes": [
                {"id": "belt", "kind": "devices", "params": {"type": "belt_camera"}},
                {"id": "judge", "kind": "classify", "from": ["belt"], "params": {"model": "parts-v1", "image": "picture"}},
                {"id": "keep", "kind": "store", "from": ["judge"], "params": {"fields": ["label", "score", "model_version"]}},
            ],
            "tests": [{
                "name": "the label is kept with the version that gave it",
                "given": [{"device": "c1", "type": "belt_camera", "at": "0s", "data": {"picture": {"$file": "pictures/part-1.jpg"}}}],
                "answers": _said(("scratch", 0.9)),
                "expect": [{"node": "keep", "at": "0s", "data": {"label": "scratch", "score": 0.9, "model_version": "1"}}],
            }],
        },
    ),
)  # fmt: skip
