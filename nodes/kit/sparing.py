"""Asking a language model sparingly: which events are asked about, and who is asked when the first model is unsure.

All that is decided here is decided from events and answers alone, so a replay asks the same. What depends on the moment (a
budget, an answer that was given before) is the worker's, whose answer is recorded like any other.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import Field, model_validator
from pydantic.json_schema import GetJsonSchemaHandler

from nodes.kit.answer_fields import AnswerField, AnswerFields, answered_shapes, check_fields, check_names
from nodes.kit.asking import FAILED, UNSURE, answered, failed_shape, quoted
from nodes.kit.effect import Answer, Ask, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.fingerprint import fingerprint
from nodes.kit.kind import OUT, Kind, Memory, Said
from nodes.kit.params import Duration, Mark, ModelId, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape
from nodes.kit.template import BadText, Hole, parse_text
from nodes.kit.text import check_text, compile_text, reader

SCORE = "score"
"""The field in which a model says how sure it is, where a least score is wanted."""
SECOND = "second"
"""Marks the request of the model that is asked because the first was unsure."""
LEAST = "min_score"
"""In a request: the least score, by which a record tells an unsure answer."""
KEEP_FOR = "keep_for"
"""In a request: for how long (ms) the worker may give the same answer to the same question again."""


class SparingParams(NodeParams):
    """What kinds that ask a language model have in common. A form shows first what the kind itself cannot do without, then the
    question, then the kind's other params, and last how sparingly it is asked."""

    model: ModelId | None = None
    prompt: Annotated[str, Field(min_length=1, max_length=10_000), Mark(format="prompt")]
    fields: AnswerFields
    timeout: Annotated[Duration, Settable] = 30_000
    min_score: Annotated[float, Field(ge=0, le=1), Settable] | None = None
    when_unsure: Annotated[ModelId, Mark(spare=True)] | None = None
    only_on_change: Annotated[bool, Settable] = False
    at_most_every: Annotated[Duration, Settable] | None = None
    newest_only: Annotated[bool, Settable] = False
    keep_for: Annotated[Duration, Settable] | None = None
    per: Per = "device"

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = super().__get_pydantic_json_schema__(core_schema, handler)
        shown, needed = schema.get("properties", {}), schema.get("required", ())
        asks = ("model", "prompt", "fields")
        common = [name for name in SparingParams.model_fields if name not in asks]
        own = [name for name in shown if name not in SparingParams.model_fields]
        first = [name for name in own if name in needed]
        order = [*first, *asks, *(name for name in own if name not in first), *common]
        schema["properties"] = {name: shown[name] for name in order if name in shown}
        return schema

    @model_validator(mode="after")
    def names_differ(self) -> "SparingParams":
        check_names(self.asked)
        return self

    @property
    def asked(self) -> Sequence[AnswerField]:
        """The declared fields, and the score where a least one is wanted."""
        return self.fields if self.min_score is None else [*self.fields, _SURE]


_SURE = AnswerField(
    name=SCORE, type="number", min=0, max=1, description="how sure you are of this answer, 1 is certain"
)


class Asked(Memory):
    """What was asked for one key: `seen` stands for the input of the last question, `at` is the time of its event (ms),
    `until` when at the latest its answer is known; `waiting` is the newest event that waits for that."""

    said: ClassVar[Said] = {"en": {"at": "Last asked about"}, "ja": {"at": "最後に尋ねた時刻"}}
    waits: ClassVar[tuple[str, ...]] = ("at", "until")
    seen: str = ""
    at: int | None = None
    until: int = 0
    waiting: Event | None = None


class SparingKind(Kind):
    """A kind that asks a language model for declared fields. Subclasses say what they ask (`request`), what of an event
    that reads (`looked_at`), and what comes of a sound answer (`sound`)."""

    outputs = (OUT, UNSURE, FAILED)
    Memory = Asked
    takes_late = True
    params: SparingParams

    def __init__(self, params: SparingParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.prompt = compile_text(params.prompt, scope, show=quoted)
        self._named = [reader(name, scope) for name in data_fields(params.prompt)]

    @classmethod
    def check(cls, params: SparingParams, scope: Scope) -> Iterator[Problem]:
        yield from check_text(params.prompt, scope, "/params/prompt")
        yield from check_fields(params.fields)

    @classmethod
    def shapes(cls, params: SparingParams, scope: Scope) -> dict[str, Shape]:
        out = scope.shape.plus(**answered_shapes(params.asked))
        return {"out": out, "unsure": scope.shape, "failed": failed_shape(scope.shape)}

    def request(self, event: Event) -> Iterator[Yield | dict[str, Any]]:
        """Troubles, or what comes of an event that cannot be asked about, and last the request of the ask, if any."""
        raise NotImplementedError

    def looked_at(self, event: Event) -> Any:
        """Beside the fields that the prompt names, what of the event decides about the answer."""
        return None

    def sound(self, given: dict[str, Any], event: Event, memory: Any) -> Iterator[Yield]:
        """A sound answer that is sure enough."""
        yield Emit("out", event.with_data({**event.data, **given}))

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        if self.params.only_on_change and self._input(event) == memory.seen:
            memory.waiting = None  # what is asked already is the newest again
        elif self._too_soon(event, memory):
            return
        elif self.params.newest_only and event.time < memory.until:
            memory.waiting = msgspec.structs.replace(event, cause=f"{event.cause}/{self.scope.node}+")
        else:
            yield from self._ask(event, memory)

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        memory, asked = memory if memory is not None else self.Memory(), answer.asked or {}
        came = answered(answer, self.params.asked, event)
        if isinstance(came, dict) and self._unsure(came):
            came = [Emit("unsure", event)]
        if self.params.when_unsure is not None and not asked.get(SECOND) and _is_unsure(came):
            yield Ask({**asked, "model": self.params.when_unsure, SECOND: True}, self.params.timeout)
            return
        if answer.error is not None:
            memory.seen = ""  # it was never answered: the same may be asked again
        yield from self.sound(came, event, memory) if isinstance(came, dict) else came
        memory.until, waiting, memory.waiting = 0, memory.waiting, None
        if waiting is not None:
            yield from self._ask(waiting, memory, about=waiting)

    def _ask(self, event: Event, memory: Any, about: Event | None = None) -> Iterator[Yield]:
        for made in self.request(event):
            if not isinstance(made, dict):
                yield made
                continue
            if self.params.keep_for is not None:
                made[KEEP_FOR] = self.params.keep_for
            if self.params.min_score is not None:
                made[LEAST] = self.params.min_score
            memory.at = event.time
            memory.seen = self._input(event) if self.params.only_on_change else ""
            opinions = 1 if self.params.when_unsure is None else 2
            memory.until = event.time + opinions * self.params.timeout if self.params.newest_only else 0
            yield Ask(made, self.params.timeout, about)

    def _too_soon(self, event: Event, memory: Any) -> bool:
        every = self.params.at_most_every
        return every is not None and memory.at is not None and event.time - memory.at < every

    def _unsure(self, given: dict[str, Any]) -> bool:
        least = self.params.min_score
        return least is not None and given[SCORE] < least

    def _input(self, event: Event) -> str:
        """Stands for what the question is about: the fields that the prompt names, where it names none all of them."""
        named = [read(event) for read in self._named] if self._named else event.data
        return fingerprint([named, self.looked_at(event)])


def data_fields(prompt: str) -> list[str]:
    """The fields of an event that a prompt names."""
    try:
        holes = [part.name for part in parse_text(prompt) if isinstance(part, Hole)]
    except BadText:
        return []
    return [name for name in holes if name not in ("device", "time") and not name.startswith(("device.", "settings."))]


def _is_unsure(came: Any) -> bool:
    return isinstance(came, list) and any(isinstance(one, Emit) and one.port == "unsure" for one in came)


LABELS = {
    "en": {
        "model": "Model",
        "prompt": "Prompt",
        "fields": "Answer",
        "timeout": "Time limit",
        "min_score": "Least score",
        "when_unsure": "Asked when unsure",
        "only_on_change": "Only on change",
        "at_most_every": "At most every",
        "newest_only": "Only the newest waits",
        "keep_for": "Keep answers for",
        "per": "Separately for each",
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
    "ja": {
        "model": "モデル",
        "prompt": "指示文",
        "fields": "答えの項目",
        "timeout": "制限時間",
        "min_score": "最低の確信度",
        "when_unsure": "迷ったときに聞くモデル",
        "only_on_change": "変わったときだけ",
        "at_most_every": "最短の間隔",
        "newest_only": "待つのは最新の 1 件だけ",
        "keep_for": "答えを使い回す時間",
        "per": "区別する単位",
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
}
"""Short labels of the common params, by language."""
EXPLAINED = {
    "en": {
        "fields": "The fields of the answer: name, type, and for texts the labels that are allowed.",
        "timeout": "How long to wait for the answer. Default 30 seconds.",
        "min_score": (
            "The model also says how sure it is, from 0 to 1, in the field score; below this it counts as unsure. "
            "Left out: no score is asked for."
        ),
        "when_unsure": "A stronger model that is asked the same when the first is unsure. Its answer decides. Left out: nobody.",
        "only_on_change": (
            "Asks only when the fields that the prompt names (where it names none, all) or the picture differ from the last "
            "question. Default: no."
        ),
        "at_most_every": "Asks at most once in this time; events in between pass over. Left out: about every event.",
        "newest_only": (
            "While an answer is awaited, of the events that come only the newest waits; those before it are left out. Default: no."
        ),
        "keep_for": "The same question (words, data, picture) gets the same answer again for so long, without a call. Left out: never.",
        "per": "What counts separately for asking sparingly: each device (left out), all together, or a field.",
    },
    "ja": {
        "fields": "答えの項目。名前、型、文字列なら許すラベル。",
        "timeout": "答えを待つ時間。既定は 30 秒。",
        "min_score": "モデルに確信度(0~1)も score という項目で答えさせ、これより低ければ「判断できない」とします。省略すると確信度を聞きません。",
        "when_unsure": "最初のモデルが判断できないとき、同じことを聞く、より強いモデル。その答えで決まります。省略すると聞きません。",
        "only_on_change": "指示文に書いた項目(なければ全項目)や画像が前回の質問と違うときだけ尋ねます。既定は「いいえ」。",
        "at_most_every": "この時間に 1 回だけ尋ね、間のイベントは通り過ぎます。省略するとイベントごとに尋ねます。",
        "newest_only": "答えを待つ間に来たイベントは、最新の 1 件だけが待ち、それより前のものは省きます。既定は「いいえ」。",
        "keep_for": "同じ質問(文、データ、画像)には、この時間だけ呼び出しなしで同じ答えを返します。省略すると使い回しません。",
        "per": "尋ねる回数などを何ごとに数えるか。デバイスごと(省略時)、全体、または項目ごと。",
    },
}
"""What the common params mean, by language."""
