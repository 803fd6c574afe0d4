"""ai_prompt: asks a language model about an event and accepts only the declared fields as its answer.

The model gets the prompt, in which `{field}` stands for the value as quoted JSON, the event's device and data as JSON,
the event's pictures, and the JSON Schema of the answer. An answer with every declared field, each of its type and within
its values or bounds, and nothing else, leaves by `out`; `{"unsure": true}` by `unsure`; anything else, after one repair,
by `failed` with `reason` and `detail`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from nodes.kit.answer_fields import AnswerFields, answered_shapes, check_fields, check_names
from nodes.kit.asking import FAILED, UNSURE, answered, failed_shape, pictures_in, question, quoted
from nodes.kit.effect import Answer, Ask, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import OUT, Example, Kind, KindWords, phrases
from nodes.kit.params import Duration, Mark, ModelId, NodeParams, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape
from nodes.kit.text import check_text, compile_text


class AiPromptParams(NodeParams):
    model: ModelId | None = None
    prompt: Annotated[str, Field(min_length=1, max_length=10_000), Mark(format="prompt")]
    fields: AnswerFields
    timeout: Annotated[Duration, Settable] = 30_000

    @model_validator(mode="after")
    def names_differ(self) -> "AiPromptParams":
        check_names(self.fields)
        return self


class AiPrompt(Kind):
    id = "ai_prompt"
    group = "ai"
    icon = "sparkles"
    outputs = (OUT, UNSURE, FAILED)
    Params = AiPromptParams

    def __init__(self, params: AiPromptParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.prompt = compile_text(params.prompt, scope, show=quoted)

    @classmethod
    def check(cls, params: AiPromptParams, scope: Scope) -> Iterator[Problem]:
        yield from check_text(params.prompt, scope, "/params/prompt")
        yield from check_fields(params.fields)

    @classmethod
    def shapes(cls, params: AiPromptParams, scope: Scope) -> dict[str, Shape]:
        out = scope.shape.plus(**answered_shapes(params.fields))
        return {"out": out, "unsure": scope.shape, "failed": failed_shape(scope.shape)}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        prompt, troubles = self.prompt(event)
        yield from troubles
        request = question(self.params.model, prompt, event, self.params.fields)
        if pictures := pictures_in(event):
            request["pictures"] = pictures
        yield Ask(request, self.params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        given = answered(answer, self.params.fields, event)
        if isinstance(given, dict):
            yield Emit("out", event.with_data({**event.data, **given}))
        else:
            yield from given

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
