"""A document -> its problems, empty when it is sound. The same list feeds editor, repair and API."""

from typing import Any

from document.checks.deploy import check_deploy
from document.checks.envelope import check_settings, check_zones
from document.checks.feedback import check_feedback, check_feedback_between, hops_of
from document.checks.given import check_tests
from document.checks.params import check_params
from document.checks.reading import read
from document.checks.wires import check_wires
from document.envelope import MAX_NODES, envelope_schema
from document.limits import refusals
from document.parse import json_type
from document.pointer import place
from document.problems import has_errors, problem
from document.readable import complaints
from document.words.terms import Term
from nodes.kit.catalog import Catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Registry

MOST = 200
"""Problems that are told; of more only their number."""


def validate(
    document: Any,
    catalog: Catalog,
    registry: Registry | None,
    *,
    lang: str = "en",
    zone: str | None = None,
    for_deploy: bool = False,
    beside: dict[str, dict[str, Any]] | None = None,
) -> list[Problem]:
    """The problems of `document`, in document order; never raises, whatever `document` is.

    `registry` None: ids are not checked, which is one warning. `lang`: the reader's, for names inside hints. `zone`:
    where neither node nor document names one. `for_deploy`: also what only matters when the flow is to run. `beside`:
    sound documents, by the name of their flow, that run beside it on the same broker.
    """
    refused = refusals(document)
    if refused:
        return refused
    if not isinstance(document, dict):
        return [problem("not_an_object", "", found=Term(json_type(document)))]
    found = [p for p in complaints(envelope_schema(), document) if not _said_better(p)]
    nodes = document.get("nodes")
    if isinstance(nodes, list) and len(nodes) > MAX_NODES:
        return found
    reading = read(document, catalog, registry, lang, zone)
    check_wires(reading)
    check_params(reading)
    check_settings(reading)
    check_zones(reading)
    check_tests(reading)
    if not has_errors(found + reading.found):
        check_feedback(reading)
    if beside and not has_errors(found + reading.found):
        others = (read(other, catalog, registry, lang, zone) for other in beside.values())
        check_feedback_between(reading, [h for name, o in zip(beside, others, strict=True) for h in hops_of(o, name)])
    if for_deploy:
        check_deploy(reading)
    found += reading.found
    if registry is None:
        found.append(problem("no_registry", ""))
    return _ordered(found, document)


def _said_better(found: Problem) -> bool:
    """An empty `from` is no list that is too short, but a node that is not connected; an unknown zone has its check."""
    return found.code == "too_short" and found.path.endswith("/from")


def _ordered(found: list[Problem], document: dict[str, Any]) -> list[Problem]:
    found = list({(p.code, p.path, str(p.args.get("key"))): p for p in reversed(found)}.values())[::-1]
    more = len(found) - MOST
    if more > 0:
        found = sorted(found, key=lambda p: p.severity != "error")[:MOST]
    found = sorted(found, key=lambda p: (place(p.path, document), p.severity != "error"))
    return found if more <= 0 else [*found, problem("many_problems", "", count=more)]
