"""ai_prompt: asks a language model about an event and accepts only the declared fields as its answer.

The model gets the prompt, in which `{field}` stands for the value as quoted JSON, the event's device and data as JSON,
and the JSON Schema of the answer. An answer with every declared field, each of its type and within its values or
bounds, and nothing else, leaves by `out`; `{"unsure": true}` by `unsure`; anything else by `failed` with `reason` and
`detail`.
"""

import json
import math
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodes.kit.effect import Answer, Ask, Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.params import Duration, Mark, ModelId, NodeParams, Settable, refused
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.text import check_text, compile_text

LONGEST_TEXT = 2_000
"""Characters of a text that a model may answer."""
DATA_LIMIT = 20_000
"""Characters of event data that are shown to a model."""
UNSURE = "unsure"
NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
JSON_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean", "string": "string"}


class AnswerField(BaseModel):
    """One declared field of the answer; `values` are the only texts allowed, `min` and `max` inclusive bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    name: Annotated[str, Field(pattern=NAME)]
    type: Literal["number", "integer", "boolean", "string"] = "string"
    values: Annotated[list[str], Field(min_length=1, max_length=100)] | None = None
    min: float | None = None
    max: float | None = None
    description: Annotated[str, Field(max_length=500)] = ""


class AiPromptParams(NodeParams):
    model: ModelId | None = None
    prompt: Annotated[str, Field(min_length=1, max_length=10_000), Mark(format="prompt")]
    fields: Annotated[list[AnswerField], Field(min_length=1, max_length=30)]
    timeout: Annotated[Duration, Settable] = 30_000

    @model_validator(mode="after")
    def names_differ(self) -> "AiPromptParams":
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise refused("not_unique")
        if UNSURE in names:
            raise refused("reserved_name", value=UNSURE)
        return self


class AiPrompt(Kind):
    id = "ai_prompt"
    group = "ai"
    icon = "sparkles"
    outputs = (
        OUT,
        Port("unsure", {"ja": "判断できない", "en": "unsure"}),
        Port("failed", {"ja": "失敗", "en": "failed"}),
    )
    Params = AiPromptParams

    def __init__(self, params: AiPromptParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.schema = answer_schema(params.fields)
        self.prompt = compile_text(params.prompt, scope, show=_quoted)

    @classmethod
    def check(cls, params: AiPromptParams, scope: Scope) -> Iterator[Problem]:
        yield from check_text(params.prompt, scope, "/params/prompt")
        for index, field in enumerate(params.fields):
            path = f"/params/fields/{index}"
            if field.min is not None and field.max is not None and field.min > field.max:
                yield Problem("limits_swapped", f"{path}/min", args={"low": field.min, "high": field.max})
            if field.values is not None and field.type != "string":
                allowed = ["string"]
                yield Problem("wrong_type", f"{path}/type", args={"expected": "string"}, allowed=allowed)

    @classmethod
    def shapes(cls, params: AiPromptParams, scope: Scope) -> dict[str, Shape]:
        answered = {field.name: FieldShape(field.type) for field in params.fields}
        text = FieldShape("string")
        failed = scope.shape.plus(reason=text, detail=text)
        return {"out": scope.shape.plus(**answered), "unsure": scope.shape, "failed": failed}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        prompt, troubles = self.prompt(event)
        yield from troubles
        request = {
            "model": self.params.model,
            "prompt": prompt,
            "data": shown(event),
            "schema": self.schema,
        }
        yield Ask(request, self.params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        if answer.error is not None:
            yield Trouble("ask_failed", {"reason": answer.error, "detail": answer.detail or None})
            yield from _failed(event, answer.error, answer.detail)
            return
        value = answer.value
        if isinstance(value, dict) and value.get(UNSURE) is True:
            yield Emit("unsure", event)
            return
        wrong = mistake(value, self.params.fields)
        if wrong is not None:
            yield Trouble("bad_answer", {"detail": wrong})
            yield from _failed(event, "bad_answer", wrong)
            return
        answered = {field.name: _as_declared(value[field.name], field) for field in self.params.fields}
        yield Emit("out", event.with_data({**event.data, **answered}))

    words = {
        "en": KindWords(
            label="Ask a model",
            summary="Lets a language model judge an event and answer in declared fields.",
            description=(
                "The model sees the prompt and the event's data, quoted as data. It must answer with exactly the "
                "declared fields, or say that it is unsure. Anything else (a time-out, prose, a wrong label, extra "
                "fields) leaves by “failed” with a reason. What a model says is never an address, a topic or an "
                "approval."
            ),
            labels={
                "model": "Model",
                "prompt": "Prompt",
                "fields": "Answer",
                "timeout": "Time limit",
                "name": "Name",
                "type": "Type",
                "fields.type.number": "number",
                "fields.type.integer": "whole number",
                "fields.type.boolean": "yes or no",
                "fields.type.string": "text",
                "values": "Allowed values",
                "min": "Minimum",
                "max": "Maximum",
                "description": "Description",
            },
            params={
                "model": "A registered model; without one, the workspace's own.",
                "prompt": "What to judge, in your own words. {field} stands for a value of the event.",
                "fields": "The fields of the answer: name, type, and for texts the labels that are allowed.",
                "timeout": "How long to wait for the answer. Default 30 seconds.",
            },
        ),
        "ja": KindWords(
            label="AI に尋ねる",
            summary="言語モデルにイベントを判断させ、決めた項目で答えさせます。",
            description=(
                "モデルには指示文とイベントのデータを(データとして引用して)渡します。答えは宣言した項目だけ、"
                "または「判断できない」に限ります。時間切れ、文章での返答、決めていないラベル、余分な項目は、"
                "理由を付けて「失敗」に出ます。モデルの答えがアドレスやトピックや承認になることはありません。"
            ),
            labels={
                "model": "モデル",
                "prompt": "指示文",
                "fields": "答えの項目",
                "timeout": "制限時間",
                "name": "名前",
                "type": "型",
                "fields.type.number": "数値",
                "fields.type.integer": "整数",
                "fields.type.boolean": "はい/いいえ",
                "fields.type.string": "文字",
                "values": "許す値",
                "min": "最小",
                "max": "最大",
                "description": "説明",
            },
            params={
                "model": "登録済みのモデル。省略するとワークスペースのモデルを使います。",
                "prompt": "何を判断してほしいか。{項目名} と書くと、その値が入ります。",
                "fields": "答えの項目。名前、型、文字列なら許すラベル。",
                "timeout": "答えを待つ時間。既定は 30 秒。",
            },
        ),
    }
    phrases = (
        *phrases("en", "ask", "judge | classify | ask the model | ask AI | summarise"),
        *phrases("ja", "ask", "AIで判断 | AIに判断 | 分類 | AIに聞 | 要約"),
    )
    examples: ClassVar[tuple[Example, ...]] = ()


def answer_schema(fields: list[AnswerField]) -> dict[str, Any]:
    """The JSON Schema of an answer: every field, and `unsure`."""
    properties: dict[str, Any] = {}
    for field in fields:
        facts: dict[str, Any] = {"type": JSON_TYPES[field.type]}
        limits = (("at least", field.min), ("at most", field.max))
        bounds = [f"{word} {bound:g}" for word, bound in limits if bound is not None]
        if field.description or bounds:
            facts["description"] = "; ".join([*filter(None, [field.description]), *bounds])
        if field.values is not None:
            facts["enum"] = field.values
        properties[field.name] = facts
    properties["unsure"] = {"type": "boolean", "description": "true when the data does not allow an answer"}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def shown(event: Event) -> str:
    """The event as the model sees it: JSON, cut to a bounded length."""
    told = {"device": event.device, "data": event.data}
    return json.dumps(told, ensure_ascii=False, default=str)[:DATA_LIMIT]


def mistake(value: Any, fields: list[AnswerField]) -> str | None:
    """What is wrong with an answer; None when it has exactly the declared fields."""
    if not isinstance(value, dict):
        return "not a JSON object"
    extra = set(value) - {field.name for field in fields} - {UNSURE}
    if extra:
        return f"fields that were not asked for: {', '.join(sorted(map(str, extra)))[:200]}"
    for field in fields:
        if field.name not in value:
            return f"no {field.name}"
        if not _fits(value[field.name], field):
            return f"{field.name} is not what was declared"
    return None


def _fits(value: Any, field: AnswerField) -> bool:
    if field.type == "boolean":
        return isinstance(value, bool)
    if field.type == "string":
        return isinstance(value, str) and len(value) <= LONGEST_TEXT and (not field.values or value in field.values)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if not math.isfinite(value) or (field.type == "integer" and value != int(value)):
        return False
    return (field.min is None or value >= field.min) and (field.max is None or value <= field.max)


def _as_declared(value: Any, field: AnswerField) -> Any:
    return int(value) if field.type == "integer" else value


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:LONGEST_TEXT]


def _failed(event: Event, reason: str, detail: str) -> Iterator[Yield]:
    yield Emit("failed", event.with_data({**event.data, "reason": reason, "detail": detail}))


def _example(answers: list[dict[str, Any]], expect: list[dict[str, Any]], name: str) -> dict[str, Any]:
    judge = {
        "prompt": "Does this report describe a leak?",
        "fields": [{"name": "verdict", "type": "string", "values": ["leak", "no leak"]}],
    }
    return {
        "suiro": 1,
        "name": "Read a report",
        "nodes": [
            {"id": "report", "kind": "devices", "params": {"type": "report"}},
            {"id": "judge", "kind": "ai_prompt", "from": ["report"], "params": judge},
            {"id": "tell", "kind": "notify", "from": ["judge.out"], "params": {"to": "shift", "text": "{verdict}"}},
            {"id": "person", "kind": "notify", "from": ["judge.unsure", "judge.failed"],
             "params": {"to": "shift", "text": "Please read: {text}"}},
        ],
        "tests": [
            {
                "name": name,
                "given": [{"device": "r1", "at": "0s", "data": {"text": "water on the floor"}}],
                "answers": answers,
                "expect": expect,
            }
        ],
    }  # fmt: skip


AiPrompt.examples = (
    Example(
        title={"en": "A label from a report in words", "ja": "文章の報告にラベルを付ける"},
        document=_example(
            [{"node": "judge", "answer": {"verdict": "leak", "unsure": False}}],
            [{"node": "tell", "device": "r1", "at": "0s", "data": {"text": "leak"}}],
            "the label is told",
        ),
    ),
    Example(
        title={"en": "An answer that was not declared", "ja": "決めていない答えは失敗に出る"},
        document=_example(
            [{"node": "judge", "answer": {"verdict": "maybe", "unsure": False}}],
            [{"node": "person", "device": "r1", "at": "0s", "data": {"text": "Please read: water on the floor"}}],
            "a person reads it instead",
        ),
    ),
)
