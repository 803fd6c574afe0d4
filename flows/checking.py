"""What is wrong with a document, in a person's language, against the things of their workspace."""

from typing import Any

from document.problems import render
from document.validate import validate
from flows.models import Workspace
from flows.models_asked import models_without_access
from flows.registered import registry_of
from flows.topics import strange_topics
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Registry


def problems_of(
    document: Any,
    workspace: Workspace,
    lang: str,
    *,
    registry: Registry | None = None,
    for_deploy: bool = False,
    beside: dict[str, dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """Rendered problems, worst first come as the validator gives them; an empty list means sound. `beside`: documents of
    other running flows by name."""
    known = registry if registry is not None else registry_of(workspace)
    found = found_in(document, workspace, lang, known, for_deploy=for_deploy, beside=beside)
    found += models_without_access(document, workspace) if for_deploy else ()
    return [render(problem, lang) for problem in found]


def found_in(document: Any, workspace: Workspace, lang: str, known: Registry, **how: Any) -> list[Problem]:
    """The same before it is put in words; `how` as `validate` takes it."""
    found = validate(document, full_catalog(), known, lang=lang, zone=workspace.zone, **how)
    return [*found, *strange_topics(document, workspace.topics or [], full_catalog())]


def errors_in(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [problem for problem in problems if problem["severity"] == "error"]
