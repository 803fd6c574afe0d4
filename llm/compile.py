"""From a sentence to a Compilation: the author writes, the document is checked, repaired and tried, then explained."""

import dataclasses
import logging
from collections.abc import Sequence
from typing import Any, Protocol

from document.problems import has_errors, problem, render, severity_of
from document.validate import validate
from llm.authors.phrasebook.reading import language_of
from llm.compilation import Compilation, Drafted, Progress
from llm.explain import explain
from llm.inquiry.answering import Answered, answered
from llm.inquiry.asked import sort_of
from llm.inquiry.reasons import Exchange
from llm.salvage import acts, salvaged
from llm.simulation.trial import Trial, nothing_tried, put_on_trial
from llm.truth import told_truly
from nodes.kit.catalog import Catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Registry

log = logging.getLogger(__name__)
LONGEST_PROMPT = 10_000
"""Characters; longer prompts are refused."""
MOST_REPAIRS = 2
"""Rounds in which an author may mend errors; one more is for what the trial showed."""


class Author(Protocol):
    """Writes documents. `name` is shown wherever the flow is."""

    name: str

    def write(self, prompt: str, request: "Request") -> Drafted:
        """A first document for `prompt`, or the edit of `request.document`."""

    def repair(self, drafted: Drafted, problems: list[Problem], request: "Request") -> Drafted | None:
        """A better document, told what is wrong: errors, or warnings of the trial of a sound one. None where this author
        cannot."""

    def answer(self, prompt: str, request: "Request") -> Drafted:
        """What it says to a question about `request.document`, as `explanation` without a document; what is not true of
        it is left out."""


class Request:
    """Everything an author may know. `document`: the flow to edit, if any; `answers`: to questions of an earlier round;
    `about`: nodes that are chosen on the screen; `history`: the conversation before."""

    def __init__(
        self, *, registry: Registry, catalog: Catalog, lang: str, document: dict[str, Any] | None = None,
        answers: dict[str, Any] | None = None, on_progress: Progress | None = None, about: Sequence[str] = (),
        history: Sequence[Exchange] = (),
    ) -> None:  # fmt: skip
        self.registry, self.catalog, self.lang = registry, catalog, lang
        self.document, self.answers = document, answers or {}
        self.about, self.history = list(about), list(history)
        self.on_progress = on_progress or (lambda progress: None)


def compile(
    prompt: str, *, author: Author, registry: Registry, catalog: Catalog, lang: str | None = None,
    document: dict[str, Any] | None = None, answers: dict[str, Any] | None = None, on_progress: Progress | None = None,
    about: Sequence[str] = (), history: Sequence[Exchange] = (),
) -> Compilation:  # fmt: skip
    """Never raises for anything that stands in the prompt, and never returns a document that has errors. A question about
    the `document` is answered, without a document. What `on_progress` raises ends it (that is how a job is cancelled)."""
    said = lang or language_of(prompt)
    request = Request(
        registry=registry, catalog=catalog, lang=said, document=document, answers=answers, on_progress=on_progress,
        about=about, history=history,
    )  # fmt: skip
    if not prompt.strip():
        return _finished(Drafted(None, problems=[problem("empty_prompt", "")]), author, request, [], None)
    if len(prompt) > LONGEST_PROMPT:
        refused = problem("too_long", "", max=LONGEST_PROMPT, count=len(prompt))
        return _finished(Drafted(None, problems=[refused]), author, request, [], None)
    if (inquiry := _inquiry(prompt, author, request)) is not None:
        return inquiry
    drafted, found = _written(prompt, author, request)
    trial = None
    if drafted.document is not None and not has_errors(found):
        trial = _tried(drafted.document, request)
        drafted, found, trial = _mended(drafted, found, trial, author, request)
    return _finished(drafted, author, request, found, trial)


def _inquiry(prompt: str, author: Author, request: Request) -> Compilation | None:
    """The answer to a question about the flow; None where the sentence is none."""
    if request.answers:
        return None
    if not (request.document or {}).get("nodes"):
        if sort_of(prompt, request.lang) is None:
            return None
        return _finished(Drafted(None, problems=[problem("no_flow_yet", "")]), author, request, [], None)
    document = request.document or {}
    found = answered(
        prompt, document, catalog=request.catalog, registry=request.registry, lang=request.lang, about=request.about,
        history=request.history,
    )  # fmt: skip
    return None if found is None else _told(found, prompt, document, author, request)


def _told(found: Answered, prompt: str, document: dict[str, Any], author: Author, request: Request) -> Compilation:
    """What the author says is believed as far as the document bears it out. Why a flow is as it is, only what was kept can
    say, and what it would do, only a run."""
    drafted = author.answer(prompt, request) if found.sort == "explain" else Drafted(None)
    text, untrue = told_truly(drafted.explanation, found.text, document, request.catalog, request.registry)
    problems = [_as_kept(p, request.lang, "author_silent") for p in drafted.problems]
    problems += [problem("explanation_corrected", "", words=sentence[:300]) for sentence in untrue[:3]]
    request.on_progress({"stage": "done", "built": False})
    return Compilation(
        None, "", [], [], problems, nothing_tried(), text, author.name, asked=found.sort, about=found.about
    )


def _written(prompt: str, author: Author, request: Request) -> tuple[Drafted, list[Problem]]:
    """The first document, mended while it has errors; of one that keeps them its sound part."""
    drafted = author.write(prompt, request)
    found = _checked(drafted, request)
    for _ in range(MOST_REPAIRS):
        if not (has_errors(found) or _unreadable(drafted)):
            break
        request.on_progress({"stage": "repair", "problems": len(found) or 1})
        repaired = author.repair(drafted, found, request)
        if repaired is None:
            break
        if _worse(repaired, drafted):
            drafted.problems += [p for p in repaired.problems if p not in drafted.problems]
            break
        drafted, found = repaired, _checked(repaired, request)
    return _sound_part(drafted, found, request)


def _worse(repaired: Drafted, drafted: Drafted) -> bool:
    """Whether an answer broke off that was to mend one that is there: then that one is kept."""
    return drafted.document is not None and (
        repaired.document is None or (repaired.broken_off and not drafted.broken_off)
    )


def _unreadable(drafted: Drafted) -> bool:
    return any(p.code == "author_unreadable" for p in drafted.problems)


def _sound_part(drafted: Drafted, found: list[Problem], request: Request) -> tuple[Drafted, list[Problem]]:
    if drafted.document is None or not isinstance(drafted.document.get("nodes"), list):
        return drafted, found
    if not has_errors(found):
        whole = not drafted.broken_off or acts(drafted.document, request.catalog)
        return (drafted, found) if whole else (dataclasses.replace(drafted, document=None), [])
    left, lost = salvaged(
        drafted.document, request.catalog, lambda document: _problems(document, request), request.lang
    )
    if left is None or request.document is not None:
        return drafted, found
    told = [problem("cannot_build", "", words=name, detail=why) for name, why in lost]
    settings = left.get("settings") or {}
    drafted.questions = [q for q in drafted.questions if q.get("setting") is None or q["setting"] in settings]
    drafted.document, drafted.problems = left, [*drafted.problems, *told]
    return drafted, _problems(left, request)


def _checked(drafted: Drafted, request: Request) -> list[Problem]:
    if drafted.document is None:
        return []
    request.on_progress({"stage": "validate"})
    return _problems(drafted.document, request)


def _problems(document: dict[str, Any], request: Request) -> list[Problem]:
    return validate(document, request.catalog, request.registry, lang=request.lang)


def _tried(document: dict[str, Any], request: Request) -> Trial:
    request.on_progress({"stage": "simulate"})
    try:
        return put_on_trial(document, request.catalog, request.registry, request.lang)
    except Exception as failure:  # a fault of the trial must not cost anybody a sound flow; nothing is claimed then
        log.exception("the trial of a sound document failed")
        return Trial(nothing_tried(), [problem("trial_not_run", "", detail=type(failure).__name__)])


def _mended(
    drafted: Drafted, found: list[Problem], trial: Trial, author: Author, request: Request
) -> tuple[Drafted, list[Problem], Trial]:
    """Counter-examples go back to the author once; what comes back is taken if it is sound and has fewer of them."""
    wrong = [p for p in trial.problems if p.code != "trial_not_run"]
    if not wrong:
        return drafted, found, trial
    request.on_progress({"stage": "repair", "problems": len(wrong)})
    repaired = author.repair(drafted, wrong, request)
    if repaired is None or repaired.document is None:
        return drafted, found, trial
    checked = _checked(repaired, request)
    if has_errors(checked):
        return drafted, found, trial
    again = _tried(repaired.document, request)
    better = len(again.problems) < len(trial.problems)
    return (repaired, checked, again) if better else (drafted, found, trial)


def _as_kept(found: Problem, lang: str, code: str = "author_cut_off") -> Problem:
    """A failure of the author after which a sound document, or an answer, was kept all the same."""
    if not found.code.startswith("author_") or severity_of(found) != "error":
        return found
    return problem(code, "", detail=render(found, lang)["message"])


def _finished(
    drafted: Drafted, author: Author, request: Request, found: list[Problem], trial: Trial | None
) -> Compilation:
    document = None if has_errors(found) else drafted.document
    if document is not None:
        drafted.problems = [_as_kept(p, request.lang) for p in drafted.problems]
    problems = [*drafted.problems, *found, *(trial.problems if trial else [])]
    if document is None and not has_errors(problems):
        problems.append(problem("nothing_built", ""))
    explanation = ""
    if document is not None:
        own = explain(document, request.catalog, request.registry, request.lang)
        explanation, untrue = told_truly(drafted.explanation, own, document, request.catalog, request.registry)
        problems += [problem("explanation_corrected", "", words=sentence[:300]) for sentence in untrue[:3]]
    built = document is not None
    evidence = trial.evidence if trial else nothing_tried()
    if drafted.reading is not None:
        evidence = {**evidence, "reading": drafted.reading}
    request.on_progress({"stage": "done", "built": built})
    return Compilation(
        document=document,
        plan=drafted.plan,
        questions=drafted.questions[:3] if built else [],
        assumptions=drafted.assumptions if built else [],
        problems=problems,
        evidence=evidence,
        explanation=explanation,
        author=author.name,
        answers=request.answers,
    )
