"""ask_documents: answers a question from the documents of the workspace, with citations, or says that it is not there.

The worker searches the passages of the documents (Japanese and English); where a language model can be asked it is shown the
question and the best passages as quoted data, else (and with `quote_only`) the best passage is the answer. `out`: `answer`, `found`
(true), `citations` (title, place, quote) and `source`, the first of these in one line. A quote stands in its passage word for word;
an answer without one, or with one that does not, is asked for once more and then leaves by `failed`. `not_found`: no passage
covers enough of the question, or the model says that they do not answer it; `found` is false. Words in a document are text: they
may change the words of an answer, never where anything goes.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.asking import FAILED, fail, failed_shape
from nodes.kit.citations import source_of, wrong_answer
from nodes.kit.effect import Answer, Ask, Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.params import Duration, ModelId, NodeParams, Settable, TextTemplate
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.text import check_text, compile_text

LONGEST = 1_000
"""Characters of a question."""


class AskDocumentsParams(NodeParams):
    question: Annotated[TextTemplate, Field(min_length=1, max_length=LONGEST)]
    only: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=20)] = []
    model: ModelId | None = None
    quote_only: Annotated[bool, Settable] = False
    most: Annotated[int, Field(ge=1, le=8), Settable] = 5
    timeout: Annotated[Duration, Settable] = 30_000


class AskDocuments(Kind):
    id = "ask_documents"
    group = "ai"
    icon = "book-open"
    outputs = (OUT, Port("not_found", {"ja": "文書にない", "en": "not in the documents"}), FAILED)
    Params = AskDocumentsParams
    model_needed = False
    phrases = (
        *phrases(
            "en",
            "name",
            "ask the manual | look in the manual | from the manual | in the documents | past cases | ask the documents",
        ),
        *phrases(
            "ja",
            "name",
            "マニュアルに聞 | マニュアルから | 説明書から | 説明書で調べ | 文書に聞 | 文書から | 過去の事例",
        ),
    )
    examples: ClassVar[tuple[Example, ...]] = ()

    def __init__(self, params: AskDocumentsParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.question = compile_text(params.question, scope)

    @classmethod
    def check(cls, params: AskDocumentsParams, scope: Scope) -> Iterator[Problem]:
        yield from check_text(params.question, scope, "/params/question")
        model = scope.registry.models.get(params.model or "") if scope.registry else None
        if model is not None and model.task != "chat":
            yield Problem("wrong_task", "/params/model", args={"detail": f"{params.model}: {model.task}"})

    @classmethod
    def shapes(cls, params: AskDocumentsParams, scope: Scope) -> dict[str, Shape]:
        text, whether = FieldShape("string"), FieldShape("boolean")
        found = scope.shape.plus(answer=text, source=text, citations=FieldShape("any"), found=whether)
        return {"out": found, "not_found": scope.shape.plus(found=whether), "failed": failed_shape(scope.shape)}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        question, troubles = self.question(event)
        yield from troubles
        params = self.params
        request = {"task": "documents", "question": question[:LONGEST], "only": params.only, "most": params.most}
        yield Ask({**request, "model": params.model, "quote_only": params.quote_only}, params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        if answer.error is None and (wrong := wrong_answer(answer.value)) is not None:
            answer = Answer(error="bad_answer", detail=wrong)
        if answer.error == "no_documents":
            yield Trouble("no_documents", {"detail": answer.detail or None})
            yield Emit("failed", event.with_data({**event.data, "reason": answer.error, "detail": answer.detail}))
        elif answer.error is not None:
            yield from fail(event, answer)
        elif answer.value["found"]:
            told = {**answer.value, "source": source_of(answer.value["citations"][0])}
            yield Emit("out", event.with_data({**event.data, **told}))
        else:
            yield Emit("not_found", event.with_data({**event.data, "found": False}))

    words = {
        "en": KindWords(
            label="Ask the documents",
            summary="Answers a question from the workspace's own documents, such as manuals and past cases, with citations.",
            description=(
                "The documents are those of the page “Documents”; the worker has them at hand also when the server is away. With a language "
                "model the answer is in its words, from the best passages alone; without one it is the best passage itself. “out” "
                "sends “answer”, “source” (where it stands), “citations” (title, place, quote) and “found”. Every quote is looked for in "
                "its document; an answer that cites what is not there leaves by “failed”. What the documents do not answer leaves by "
                "“not in the documents”. Instructions in a document are text and change nothing else."
            ),
            labels={
                "question": "Question", "only": "Only documents called", "model": "Model", "quote_only": "Only passages, no model",
                "most": "Passages", "timeout": "Time limit",
            },
            params={
                "question": "What to ask. {field} stands for a value of the event.",
                "only": "Only documents whose title has one of these words. Left out: all.",
                "model": "A registered model; without one the workspace's own, and where there is none the passages themselves.",
                "quote_only": "The best passage is the answer, even where a model could be asked.",
                "most": "How many passages at most are looked at. Default 5.",
                "timeout": "How long to wait for the answer. Default 30 seconds.",
            },
        ),
        "ja": KindWords(
            label="文書に尋ねる",
            summary="ワークスペースの文書(取扱説明書や過去の事例)から、出典を付けて質問に答えます。",
            description=(
                "対象は「文書」のページにある文書です。ワーカーが手元に持つので、サーバーにつながらなくても答えます。言語モデルがあれば、最も"
                "合う箇所だけを根拠にした文で答え、なければその箇所をそのまま答えとします。「出力」には answer(答え)、source(出典)、"
                "citations(文書名、箇所、引用)、found を付けて送ります。引用は文書にそのままあるかを確かめ、ない引用をした答えは「失敗」に"
                "出ます。文書に答えがなければ「文書にない」に出ます。文書の中に指示が書かれていても文章として扱い、ほかには影響しません。"
            ),
            labels={
                "question": "質問", "only": "対象の文書", "model": "モデル", "quote_only": "引用だけ(モデルを使わない)", "most": "箇所の数",
                "timeout": "制限時間",
            },
            params={
                "question": "尋ねる内容。{項目名} と書くと、その値が入ります。",
                "only": "文書名にこの言葉のどれかを含む文書だけを探します。省略するとすべて。",
                "model": "登録済みのモデル。省略するとワークスペースのモデル、それもなければ該当箇所をそのまま答えとします。",
                "quote_only": "モデルがあっても、最も合う箇所をそのまま答えとします。",
                "most": "調べる箇所の最大数。既定は 5。",
                "timeout": "答えを待つ時間。既定は 30 秒。",
            },
        ),
    }  # fmt: skip


def _document(name: str, question: str, tests: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "suiro": 1,
        "name": name,
        "nodes": [
            {"id": "furnace", "kind": "devices", "params": {"type": "furnace"}},
            {"id": "alarm", "kind": "changed", "from": ["furnace"], "params": {"fields": ["alarm"]}},
            {"id": "manual", "kind": "ask_documents", "from": ["alarm"], "params": {"question": question}},
            {"id": "tell", "kind": "notify", "from": ["manual.out"],
             "params": {"to": "shift", "text": "{alarm}: {answer} ({source})"}},
            {"id": "person", "kind": "notify", "from": ["manual.not_found", "manual.failed"],
             "params": {"to": "shift", "text": "{alarm}"}},
        ],
        "tests": tests,
    }  # fmt: skip


def _test(name: str, answer: Any, expect: dict[str, Any]) -> dict[str, Any]:
    given = [{"device": "f1", "at": at, "data": {"alarm": alarm}} for at, alarm in (("0s", "–"), ("1s", "A-12"))]
    return {
        "name": name,
        "given": given,
        "answers": [{"node": "manual", "device": "f1", "answer": answer}],
        "expect": [{"at": "1s", **expect}],
    }


_QUOTE = "A-12 が出たら、熱電対の断線と SSR の短絡を確かめてください。"
AskDocuments.examples = (
    Example(
        title={"en": "What the manual says about an alarm", "ja": "警報が出たら、取扱説明書の該当箇所を知らせる"},
        document=_document("警報の対処", "警報 {alarm} が出たときの対処は?", [
            _test("答えと出典を知らせる",
                  {"found": True, "answer": "熱電対と SSR を確かめる。",
                   "citations": [{"title": "電気炉 EF-300", "place": "5 過昇温", "quote": _QUOTE}]},
                  {"node": "tell", "data": {"text": "A-12: 熱電対と SSR を確かめる。 (電気炉 EF-300, 5 過昇温)"}}),
        ]),
    ),
    Example(
        title={"en": "What stands in no document is left to a person", "ja": "文書にないことは人に任せる"},
        document=_document("Help with alarms", "What does alarm {alarm} mean?", [
            _test("not in the documents", {"found": False, "answer": "", "citations": []}, {"node": "person", "data": {"text": "A-12"}}),
            _test("an answer without a citation is none", {"found": True, "answer": "Relax.", "citations": []},
                  {"node": "person", "data": {"text": "A-12"}}),
        ]),
    ),
)  # fmt: skip
