"""What it was worth, by figures that the customer can replace: expressions of the product's own over inputs, counts and hours."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from document.problems import say
from flows.gallery_words import in_lang
from gallery.scenario import Savings
from nodes.kit.cel import ExpressionFailure, ExpressionProblem, compile_expression
from nodes.kit.event import Event
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

MOST_INPUTS, MOST_RESULTS = 6, 4
"""Lines of a report: with more it would not be one page."""
LONGEST = 500
Line = dict[str, Any]
_SHAPE = Shape(
    {"inputs": FieldShape("any"), "counts": FieldShape("any"), "hours": FieldShape("number")},
    open=False,
    device="never",
)


def worth(results: list[Line], inputs: list[Line], counts: dict[str, int], hours: float, lang: str) -> list[Line]:
    """Each result with its `value`, or with the `problem` why there is none. `inputs`: [{"name", "value", ...}]; `hours` are
    those that were watched."""
    data = {
        "inputs": {str(one["name"]): float(one["value"]) for one in inputs},
        "counts": {node: float(count) for node, count in counts.items()},
        "hours": float(hours),
    }
    return [{**result, **_value(str(result.get("expr") or ""), data, lang)} for result in results]


def _value(expr: str, data: dict[str, Any], lang: str) -> Line:
    scope = Scope(node="report", lang=lang, zone=ZoneInfo("UTC"), shape=_SHAPE)
    try:
        value = compile_expression(expr[:LONGEST], scope)(Event(0, 0, None, None, data, ""))
    except (ExpressionProblem, ExpressionFailure) as wrong:
        return {"value": None, "problem": say(wrong.code, wrong.details, lang)[0]}
    if isinstance(value, bool) or not isinstance(value, int | float):
        return {"value": None, "problem": _("It gives no number.")}
    return {"value": float(value), "problem": ""}


def lines_of(savings: Savings, lang: str) -> tuple[list[Line], list[Line]]:
    """A scenario's inputs and results, in one language."""
    inputs = [
        {
            "name": one.name,
            "label": in_lang(one.label, lang),
            "value": one.value,
            "unit": in_lang(one.unit, lang),
        }
        for one in savings.inputs[:MOST_INPUTS]
    ]
    results = [
        {"label": in_lang(one.label, lang), "unit": in_lang(one.unit, lang), "expr": one.expr}
        for one in savings.results[:MOST_RESULTS]
    ]
    return inputs, results
