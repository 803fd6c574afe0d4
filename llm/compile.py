"""From a sentence to a Compilation: the author writes, the document is checked and repaired once, then explained."""

from typing import Any, Protocol

from document.problems import has_errors, problem
from document.validate import validate
from llm.authors.phrasebook.reading import language_of
from llm.compilation import Compilation, Drafted, Progress
from llm.explain import explain
from nodes.kit.catalog import Catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Registry

LONGEST_PROMPT = 10_000
"""Characters; longer prompts are refused."""


class Author(Protocol):
    """Writes documents. `name` is shown wherever the flow is."""

    name: str

    def write(self, prompt: str, request: "Request") -> Drafted:
        """A first document for `prompt`, or the edit of `request.document`."""

    def repair(self, drafted: Drafted, problems: list[Problem], request: "Request") -> Drafted | None:
        """A better document, told what is wrong; None where this author cannot."""


class Request:
    """Everything an author may know. `document`: the flow to edit, if any; `answers`: to questions of an earlier round."""

    def __init__(
        self, *, registry: Registry, catalog: Catalog, lang: str, document: dict[str, Any] | None = None,
        answers: dict[str, Any] | None = None, on_progress: Progress | None = None,
    ) -> None:  # fmt: skip
        self.registry, self.catalog, self.lang = registry, catalog, lang
        self.document, self.answers = document, answers or {}
        self.on_progress = on_progress or (lambda progress: None)


def compile(
    prompt: str, *, author: Author, registry: Registry, catalog: Catalog, lang: str | None = None,
    document: dict[str, Any] | None = None, answers: dict[str, Any] | None = None, on_progress: Progress | None = None,
) -> Compilation:  # fmt: skip
    """Never raises for anything that stands in the prompt, and never returns a document that has errors."""
    said = lang or language_of(prompt)
    request = Request(
        registry=registry, catalog=catalog, lang=said, document=document, answers=answers, on_progress=on_progress
    )
    if not prompt.strip():
        return _finished(Drafted(None, problems=[problem("empty_prompt", "")]), author, request, [])
    if len(prompt) > LONGEST_PROMPT:
        return _finished(
            Drafted(None, problems=[problem("too_long", "", max=LONGEST_PROMPT, count=len(prompt))]),
            author,
            request,
            [],
        )
    drafted = author.write(prompt, request)
    found = _checked(drafted, request)
    unreadable = any(p.code == "author_unreadable" for p in drafted.problems)
    if has_errors(found) or unreadable:
        request.on_progress({"stage": "repair", "problems": len(found) or 1})
        repaired = author.repair(drafted, found, request)
        if repaired is not None:
            drafted, found = repaired, _checked(repaired, request)
    return _finished(drafted, author, request, found)


def _checked(drafted: Drafted, request: Request) -> list[Problem]:
    if drafted.document is None:
        return []
    request.on_progress({"stage": "validate"})
    return validate(drafted.document, request.catalog, request.registry, lang=request.lang)


def _finished(drafted: Drafted, author: Author, request: Request, found: list[Problem]) -> Compilation:
    document = None if has_errors(found) else drafted.document
    problems = [*drafted.problems, *found]
    if document is None and not has_errors(problems):
        problems.append(problem("nothing_built", ""))
    built = document is not None
    request.on_progress({"stage": "done", "built": built})
    return Compilation(
        document=document,
        plan=drafted.plan,
        questions=drafted.questions[:3] if built else [],
        assumptions=drafted.assumptions if built else [],
        problems=problems,
        evidence={"streams": [], "unreached": []},
        explanation=explain(document, request.catalog, request.registry, request.lang) if document is not None else "",
        author=author.name,
    )
