"""ai_vision: asks a model that can see about the picture of an event, and accepts only the declared fields.

As `ai_prompt`, with the picture in `image` (or the part `crop` of it) beside the prompt. With `confirm`, an answer leaves
by `out` only when its labels and yes-or-no fields are the same in so many of the key's last answers; others go nowhere. What is
painted into a picture is part of the picture: it can change which declared label is chosen, and nothing else.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from nodes.kit.answer_fields import AnswerField
from nodes.kit.area import Cropped
from nodes.kit.asking import question
from nodes.kit.confirm import Confirm, Votes, confirmed
from nodes.kit.effect import Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, KindWords, phrases
from nodes.kit.look import check_picture, no_picture, picture_in
from nodes.kit.params import FieldName, Identity
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.sparing import EXPLAINED, LABELS, SparingKind, SparingParams


class AiVisionParams(SparingParams):
    image: Annotated[FieldName, Identity]
    crop: Cropped | None = None
    confirm: Confirm | None = None


WORDS = {
    "en": KindWords(
        label="Look at a picture",
        summary="Lets a model that can see look at an event's picture and answer in declared fields.",
        description=(
            "The model sees the picture, the prompt and the event's data. It must answer with exactly the declared "
            "fields, or say that it is unsure; an answer that does not fit is asked for once more. What then does not fit, a "
            "time-out, a picture that is gone or a server that takes no pictures leaves by “failed” with a reason. "
            "Words in a picture are part of the picture, never instructions to the flow."
        ),
        labels={
            **LABELS["en"],
            "image": "Picture",
            "crop": "Part of the picture",
            "confirm": "Confirm",
            "left": "Left",
            "top": "Top",
            "right": "Right",
            "bottom": "Bottom",
            "times": "Times",
            "of": "Of the last",
        },
        params={
            **EXPLAINED["en"],
            "image": "The field with the picture.",
            "model": "A registered model that can see; without one, the workspace's own.",
            "prompt": "What to look for, in your own words. {field} stands for a value of the event.",
            "crop": "Only this part is looked at: borders from 0 to 1, from the left and the top. Left out: all of it.",
            "confirm": "An answer goes on only when so many of the last answers say the same (labels and yes or no).",
            "per": "Whose answers confirm each other and are asked for sparingly: each device (left out), all together, or a field.",
        },
    ),
    "ja": KindWords(
        label="画像を見る",
        summary="画像を扱えるモデルにイベントの画像を見せ、決めた項目で答えさせます。",
        description=(
            "モデルには画像と指示文とイベントのデータを渡します。答えは宣言した項目だけ、または「判断できない」に限り、合わ"
            "ない答えは一度だけ聞き直します。それでも合わないとき、時間切れ、画像がもうないとき、サーバーが画像を受け付け"
            "ないときは、理由を付けて「失敗」に出ます。画像の中の文字は画像の一部であり、フローへの指示にはなりません。"
        ),
        labels={
            **LABELS["ja"],
            "image": "画像",
            "crop": "見る範囲",
            "confirm": "確かめ方",
            "left": "左",
            "top": "上",
            "right": "右",
            "bottom": "下",
            "times": "一致する回数",
            "of": "直近の回数",
        },
        params={
            **EXPLAINED["ja"],
            "image": "画像の入った項目。",
            "model": "画像を扱える登録済みのモデル。省略するとワークスペースのモデルを使います。",
            "prompt": "何を見てほしいか。{項目名} と書くと、その値が入ります。",
            "crop": "この範囲だけを見ます。左と上を 0、右と下を 1 とした位置で書きます。省略すると全体です。",
            "confirm": "直近の答えのうち、この回数だけ同じ答え(ラベルと「はい/いいえ」)がそろったら先へ送ります。",
            "per": "どの答えどうしで確かめ、何ごとに尋ねる回数を数えるか。デバイスごと(省略時)、全体、または項目ごと。",
        },
    ),
}


class AiVision(SparingKind):
    id = "ai_vision"
    group = "ai"
    icon = "eye"
    Params = AiVisionParams
    Memory = Votes
    params: AiVisionParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "look at the picture | look at the image | what the picture shows"),
        *phrases("ja", "name", "画像を見る | 写真を見て判断 | 画像で判定"),
    )
    examples: ClassVar[tuple[Example, ...]] = ()

    @classmethod
    def check(cls, params: AiVisionParams, scope: Scope) -> Iterator[Problem]:  # type: ignore[override]
        yield from super().check(params, scope)
        yield from check_picture(params.image, "/params/image", scope.shape)

    def request(self, event: Event) -> Iterator[Yield | dict[str, Any]]:
        picture = picture_in(event, self.params.image)
        if picture is None:
            yield from no_picture(event, self.params.image)
            return
        prompt, troubles = self.prompt(event)
        yield from troubles
        request = question(self.params.model, prompt, event, self.params.asked)
        request["pictures"] = [picture]
        if self.params.crop is not None:
            request["crop"] = self.params.crop.box
        yield request

    def looked_at(self, event: Event) -> Any:
        return picture_in(event, self.params.image)

    def sound(self, given: dict[str, Any], event: Event, memory: Votes) -> Iterator[Yield]:
        if confirmed(memory, verdict(given, self.params.fields), self.params.confirm):
            yield Emit("out", event.with_data({**event.data, **given}))


def verdict(answer: dict[str, Any], fields: list[AnswerField]) -> str:
    """What of an answer has to be the same to confirm it: its labels and yes-or-no fields."""
    return json.dumps([answer[f.name] for f in fields if f.type == "boolean" or f.values is not None])


REGISTRY = {
    "types": [
        {
            "id": "gate_camera",
            "label": {"ja": "門のカメラ", "en": "gate camera"},
            "fields": [{"name": "shot", "type": "image", "label": {"ja": "画像", "en": "picture"}}],
        }
    ],
    "destinations": [{"id": "safety", "service": "slack", "label": {"ja": "安全担当", "en": "safety"}}],
}
SHOT = {"shot": {"$file": "gate.jpg"}}


def _example(given: list[Any], answers: list[Any], expect: list[Any], name: str, **more: Any) -> dict[str, Any]:
    look = {
        "image": "shot",
        "prompt": "Does everybody in the picture wear a helmet?",
        "fields": [{"name": "helmet", "type": "string", "values": ["all", "missing", "nobody there"]}],
        **more,
    }
    return {
        "suiro": 1,
        "name": "Helmets at the gate",
        "nodes": [
            {"id": "gate", "kind": "devices", "params": {"type": "gate_camera"}},
            {"id": "look", "kind": "ai_vision", "from": ["gate"], "params": look},
            {"id": "bare", "kind": "condition", "from": ["look.out"], "params": {"expr": "helmet == 'missing'"}},
            {"id": "tell", "kind": "notify", "from": ["bare.true"], "params": {"to": "safety", "text": "{device}: no helmet"}},
            {"id": "person", "kind": "notify", "from": ["look.unsure", "look.failed"],
             "params": {"to": "safety", "text": "Please look at {device}"}},
        ],
        "tests": [{"name": name, "given": given, "answers": answers, "expect": expect}],
    }  # fmt: skip


AiVision.examples = (
    Example(
        title={"en": "A missing helmet in two of three pictures", "ja": "3 枚のうち 2 枚でヘルメットがない"},
        registry=REGISTRY,
        document=_example(
            [{"device": "gate-1", "from": "0s", "every": "10s", "until": "20s", "data": SHOT}],
            [{"node": "look", "answer": {"helmet": label, "unsure": False}} for label in ("missing", "all", "missing")],
            [{"node": "tell", "device": "gate-1", "at": "20s", "data": {"text": "gate-1: no helmet"}}],
            "one picture alone alarms nobody",
            confirm={"times": 2, "of": 3},
        ),
    ),
    Example(
        title={"en": "A picture that allows no judgement", "ja": "判断できない画像は人に見せる"},
        registry=REGISTRY,
        document=_example(
            [{"device": "gate-1", "at": "0s", "data": SHOT}],
            [{"node": "look", "answer": {"helmet": "all", "unsure": True}}],
            [{"node": "person", "device": "gate-1", "at": "0s", "data": {"text": "Please look at gate-1"}}],
            "a person looks instead",
            crop={"left": 0.25, "top": 0.0, "right": 0.75, "bottom": 1.0},
        ),
    ),
)
