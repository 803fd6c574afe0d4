"""A language model as author: it fills in the projection; what it wrote is read as it comes and judged by the validator."""

import json
import os
import time
from typing import Any

from document.problems import problem, render, severity_of
from llm.authors.questions import readable_questions
from llm.compilation import Drafted
from llm.compile import Request
from llm.grounding import grounding
from llm.instructions import ANSWERING, instructions
from llm.partial import PartialReader, object_in
from llm.projection import Projection
from llm.providers.openai import ChatModel, ProviderProblem
from nodes.kit.problem import Problem

LONGEST_SAID = 60_000
"""Characters of an answer that the model is shown again."""
_GONE = {"author_timeout", "author_away", "author_refused", "author_rate_limited"}
_ERRORS = "The document has these problems (path, rule, what is allowed, a fix where one is known). Answer with the whole corrected object:"
_TRIAL = (
    "The document is sound, but was tried on streams made from its own numbers, and this came of it. Correct it and answer "
    "with the whole object; where it is as the user wishes, answer with the same object again:"
)
_UNREADABLE = "The answer was not one whole JSON object. Answer with one, and nothing else."

_TO_CHANGE = "The flow as it is; change only what is asked, keep the ids of all other nodes and carry `more` over:"
_TO_ASK = "The flow that the user asks about:"
_ANSWER: dict[str, Any] = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"],
                           "additionalProperties": False}  # fmt: skip


class Come:
    """What has come whole of an answer that may break off."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {"settings": [], "nodes": []}

    def take(self, key: str, value: Any) -> None:
        if key in ("nodes", "settings"):
            self.answer[key].append(value)
        elif key in ("plan", "name", "time_zone"):
            self.answer[key] = value

    def kept(self, failure: Problem, projection: Projection, request: Request) -> Drafted:
        """What there is as a draft that is marked as broken off; for an edit the plan alone, since what is missing of it
        would be taken out of the flow."""
        if not self.answer["nodes"] or request.document is not None:
            plan = self.answer.get("plan")
            return Drafted(None, plan[:2_000] if isinstance(plan, str) else "", problems=[failure])
        drafted = _drafted({"name": "…", **self.answer}, projection, request)
        drafted.problems.append(failure)
        drafted.broken_off = True
        return drafted


class ModelAuthor:
    """Writes with `chat`; None: nobody set a model up."""

    name = "model"

    def __init__(self, chat: ChatModel | None) -> None:
        self.chat = chat
        self.said: list[dict[str, str]] = []
        self.told_at = 0.0

    def write(self, prompt: str, request: Request) -> Drafted:
        if self.chat is None:
            return Drafted(None, problems=[problem("author_not_ready", "")])
        self.chat.start()
        projection = Projection(request.catalog, request.registry)
        self.said = [
            {"role": "system", "content": instructions(request.catalog, projection, request.lang)},
            {"role": "user", "content": _wish(prompt, request, projection)},
        ]
        return self._ask(request, projection)

    def repair(self, drafted: Drafted, problems: list[Problem], request: Request) -> Drafted | None:
        """One more round, told what is wrong. None where the endpoint itself failed."""
        failed = {p.code for p in drafted.problems} & _GONE
        unreadable = any(p.code == "author_unreadable" for p in drafted.problems)
        if self.chat is None or len(self.said) < 2 or failed or (drafted.document is None and not unreadable):
            return None
        errors = [p for p in problems if severity_of(p) == "error"]
        told = [render(p, "en") for p in errors or problems][:40]
        asked = _ERRORS if errors else _TRIAL if told else _UNREADABLE
        listed = f"\n<data>\n{json.dumps(told, ensure_ascii=False).replace('</data>', '')}\n</data>" if told else ""
        self.said.append({"role": "user", "content": f"{asked}{listed}"})
        return self._ask(request, Projection(request.catalog, request.registry))

    def answer(self, prompt: str, request: Request) -> Drafted:
        """What the model says to a question about the flow."""
        if self.chat is None:
            return Drafted(None, problems=[problem("author_not_ready", "")])
        self.chat.start()
        said = [{"role": "system", "content": ANSWERING}]
        said.append(
            {"role": "user", "content": _wish(prompt, request, Projection(request.catalog, request.registry), _TO_ASK)}
        )
        reader = PartialReader()
        try:
            for piece in self.chat.stream(said, _ANSWER):
                reader.feed(piece)
                self._tell_budget(self.chat, request)
        except ProviderProblem as failure:
            return Drafted(None, problems=[_named(failure)])
        text = (object_in(reader.whole(), "answer", str) or {}).get("answer")
        if not isinstance(text, str):
            return Drafted(None, problems=[problem("author_unreadable", "")])
        return Drafted(None, explanation=text[:2_000])

    def _ask(self, request: Request, projection: Projection) -> Drafted:
        """One answer. What came before a failure is kept as `said`, never as a document."""
        chat = self.chat
        if chat is None:
            return Drafted(None, problems=[problem("author_not_ready", "")])
        reader, come = PartialReader(), Come()
        try:
            for piece in chat.stream(self.said, projection.schema()):
                for key, value in reader.feed(piece):
                    come.take(key, value)
                    _show(key, value, request, projection)
                self._tell_budget(chat, request)
        except ProviderProblem as failure:
            self._remember(reader)
            return come.kept(_named(failure), projection, request)
        self._remember(reader)
        answer = object_in(reader.whole())
        if answer is None or not isinstance(answer.get("nodes"), list):
            return come.kept(problem("author_unreadable", ""), projection, request)
        return _drafted(answer, projection, request)

    def _remember(self, reader: PartialReader) -> None:
        self.said.append({"role": "assistant", "content": reader.whole()[:LONGEST_SAID] or "(nothing)"})

    def _tell_budget(self, chat: ChatModel, request: Request) -> None:
        """At most twice a second what was used of the budget; also the moment at which a cancelled job ends."""
        now = time.monotonic()
        if now - self.told_at >= 0.5:
            self.told_at = now
            request.on_progress({"stage": "budget", **chat.spent()})


def _named(failure: ProviderProblem) -> Problem:
    return problem(failure.code, "", detail=failure.detail) if failure.detail else problem(failure.code, "")


def _wish(prompt: str, request: Request, projection: Projection, lead: str = _TO_CHANGE) -> str:
    parts = [f"<data>\n{grounding(request.registry, prompt).replace('</data>', '')}\n</data>"]
    if request.document is not None:
        written = json.dumps(projection.to_model(request.document), ensure_ascii=False)
        parts.append(f"{lead}\n<data>\n{written.replace('</data>', '')}\n</data>")
    if request.answers:
        parts.append(f"Answers to earlier questions: {json.dumps(request.answers, ensure_ascii=False)}")
    asks = "asks" if lead is _TO_ASK else "wants"
    language = {"ja": "Japanese", "en": "English"}[request.lang]
    parts.append(f"The user's language is {language}. The user {asks}:\n{prompt}")
    return "\n\n".join(parts)


def _show(key: str, value: Any, request: Request, projection: Projection) -> None:
    """Progress while the answer is written; nothing of it is trusted."""
    if key == "plan" and isinstance(value, str):
        request.on_progress({"stage": "plan", "plan": value[:2_000]})
    elif key == "nodes" and isinstance(value, dict):
        request.on_progress({"stage": "node", "node": projection.node_to_document(value)})
    elif key == "settings" and isinstance(value, dict) and isinstance(value.get("name"), str):
        setting = {k: v for k, v in value.items() if k != "name" and v is not None}
        request.on_progress({"stage": "setting", "name": value["name"], "setting": setting})


def _drafted(answer: dict[str, Any], projection: Projection, request: Request) -> Drafted:
    document = projection.to_document(answer)
    settings = document.get("settings")
    settings = settings if isinstance(settings, dict) else {}
    missed = [p for p in answer.get("not_built") or [] if isinstance(p, dict) and isinstance(p.get("words"), str)]
    problems = [
        problem("cannot_build", "", words=p["words"][:300], detail=str(p.get("reason", ""))[:300]) for p in missed[:20]
    ]
    assumed = [
        {"setting": name, "value": s.get("value"), "unit": s.get("unit"), "text": str(s.get("label") or name)}
        for name, s in settings.items()
        if isinstance(s, dict) and s.get("assumed") is True
    ]
    plan = answer.get("plan")
    questions = readable_questions(answer.get("questions"), settings, request.answers)
    said = answer.get("explanation")
    plan, said = (text[:2_000] if isinstance(text, str) else "" for text in (plan, said))
    return Drafted(document, plan, questions, assumed, problems, said)


def model_from_environment() -> ModelAuthor:
    """The endpoint that SUIRO_MODEL_URL, _KEY and _NAME (else OPENAI_BASE_URL and OPENAI_API_KEY) name."""
    url = os.environ.get("SUIRO_MODEL_URL") or os.environ.get("OPENAI_BASE_URL") or None
    key = os.environ.get("SUIRO_MODEL_KEY") or os.environ.get("OPENAI_API_KEY") or ""
    name = os.environ.get("SUIRO_MODEL_NAME") or os.environ.get("OPENAI_MODEL") or ""
    if not name or not (url or key):
        return ModelAuthor(None)
    try:
        budget = float(os.environ.get("SUIRO_MODEL_SECONDS", "120"))
    except ValueError:
        budget = 120.0
    return ModelAuthor(ChatModel(url, key, name, budget=budget))
