"""A language model as author: it fills in the projection; what it wrote is read as it comes and judged by the validator."""

import json
import os
from typing import Any

from document.problems import problem, render
from llm.authors.questions import readable_questions
from llm.compilation import Drafted
from llm.compile import Request
from llm.grounding import grounding
from llm.instructions import instructions
from llm.partial import PartialReader, object_in
from llm.projection import Projection
from llm.providers.openai import ChatModel, ProviderProblem
from nodes.kit.problem import Problem


class ModelAuthor:
    """Writes with `chat`; None: nobody set a model up."""

    name = "model"

    def __init__(self, chat: ChatModel | None) -> None:
        self.chat = chat
        self.said: list[dict[str, str]] = []

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
        unreadable = any(p.code == "author_unreadable" for p in drafted.problems)
        if self.chat is None or len(self.said) < 2 or (drafted.document is None and not unreadable):
            return None
        told = [render(p, "en") for p in problems if p.severity != "warning"][:40]
        wrong = json.dumps(told, ensure_ascii=False) if told else "the answer was not one whole JSON object"
        self.said.append({
            "role": "user",
            "content": f"The document has these problems; answer with the whole corrected object:\n{wrong}",
        })  # fmt: skip
        return self._ask(request, Projection(request.catalog, request.registry))

    def _ask(self, request: Request, projection: Projection) -> Drafted:
        """One answer. What came before a failure is kept as `said`, never as a document."""
        chat = self.chat
        if chat is None:
            return Drafted(None, problems=[problem("author_not_ready", "")])
        reader = PartialReader()
        try:
            for piece in chat.stream(self.said, projection.schema()):
                for key, value in reader.feed(piece):
                    _show(key, value, request, projection)
        except ProviderProblem as failure:
            self.said.append({"role": "assistant", "content": reader.whole()[:20_000] or "(nothing)"})
            named = problem(failure.code, "", detail=failure.detail) if failure.detail else problem(failure.code, "")
            return Drafted(None, problems=[named])
        self.said.append({"role": "assistant", "content": reader.whole()})
        answer = object_in(reader.whole())
        if answer is None or not isinstance(answer.get("nodes"), list):
            return Drafted(None, problems=[problem("author_unreadable", "")])
        return _drafted(answer, projection, request)


def _wish(prompt: str, request: Request, projection: Projection) -> str:
    parts = [f"<data>\n{grounding(request.registry, prompt).replace('</data>', '')}\n</data>"]
    if request.document is not None:
        written = json.dumps(projection.to_model(request.document), ensure_ascii=False)
        parts.append(
            "The flow as it is; change only what is asked, keep the ids of all other nodes and carry `more` over:\n"
            f"<data>\n{written.replace('</data>', '')}\n</data>"
        )
    if request.answers:
        parts.append(f"Answers to earlier questions: {json.dumps(request.answers, ensure_ascii=False)}")
    language = {"ja": "Japanese", "en": "English"}[request.lang]
    parts.append(f"The user's language is {language}. The user wants:\n{prompt}")
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
    return Drafted(document, plan[:2_000] if isinstance(plan, str) else "", questions, assumed, problems)


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
