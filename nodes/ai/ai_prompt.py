"""ai_prompt: asks a language model about an event and accepts only the declared fields as its answer.

The model gets the prompt, in which `{field}` stands for the value as quoted JSON, the event's device and data as JSON,
the event's pictures, and the JSON Schema of the answer. An answer with every declared field, each of its type and within
its values or bounds, and nothing else, leaves by `out`; `{"unsure": true}` by `unsure`; anything else, after one repair,
by `failed` with `reason` and `detail`. How it asks sparingly is in nodes/kit/sparing.py.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from nodes.kit.asking import pictures_in, question
from nodes.kit.effect import Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, KindWords, phrases
from nodes.kit.sparing import EXPLAINED, LABELS, SparingKind, SparingParams


class AiPromptParams(SparingParams):
    pass


class AiPrompt(SparingKind):
    id = "ai_prompt"
    group = "ai"
    icon = "sparkles"
    Params = AiPromptParams

    def request(self, event: Event) -> Iterator[Yield | dict[str, Any]]:
        prompt, troubles = self.prompt(event)
        yield from troubles
        request = question(self.params.model, prompt, event, self.params.asked)
        if pictures := pictures_in(event):
            request["pictures"] = pictures
        yield request

    def looked_at(self, event: Event) -> Any:
        return pictures_in(event)

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
            labels=LABELS["en"],
            params={
                "model": "A registered model; without one, the workspace's own.",
                "prompt": "What to judge, in your own words. {field} stands for a value of the event.",
                **EXPLAINED["en"],
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
            labels=LABELS["ja"],
            params={
                "model": "登録済みのモデル。省略するとワークスペースのモデルを使います。",
                "prompt": "何を判断してほしいか。{項目名} と書くと、その値が入ります。",
                **EXPLAINED["ja"],
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
