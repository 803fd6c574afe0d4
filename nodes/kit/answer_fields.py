"""The declared fields of a model's answer: what the model is told of them, and whether an answer has exactly these."""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.params import refused
from nodes.kit.problem import Problem
from nodes.kit.shape import FieldShape

LONGEST_TEXT = 2_000
"""Characters of a text that a model may answer."""
UNSURE = "unsure"
"""What an answer says, instead of the fields, where the data does not allow one."""
NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
_BIGGEST = 2**63
"""Whole numbers from here on fit no store."""
JSON_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean", "string": "string"}


class AnswerField(BaseModel):
    """One declared field of the answer; `values` are the only texts allowed, `min` and `max` inclusive bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    name: Annotated[str, Field(pattern=NAME)]
    type: Literal["number", "integer", "boolean", "string"] = "string"
    values: Annotated[list[str], Field(min_length=1, max_length=100)] | None = None
    min: float | None = None
    max: float | None = None
    description: Annotated[str, Field(max_length=500)] = ""


AnswerFields = Annotated[list[AnswerField], Field(min_length=1, max_length=30)]


def check_names(fields: Sequence[AnswerField]) -> None:
    """For a validator of params: raises where two fields have one name, or one that means something else."""
    names = [field.name for field in fields]
    if len(set(names)) != len(names):
        raise refused("not_unique")
    if UNSURE in names:
        raise refused("reserved_name", value=UNSURE)


def check_fields(fields: Sequence[AnswerField]) -> Iterator[Problem]:
    """Bounds and values that cannot be meant."""
    for index, field in enumerate(fields):
        path = f"/params/fields/{index}"
        if field.min is not None and field.max is not None and field.min > field.max:
            yield Problem("limits_swapped", f"{path}/min", args={"low": field.min, "high": field.max})
        if field.values is not None and field.type != "string":
            allowed = ["string"]
            yield Problem("wrong_type", f"{path}/type", args={"expected": "string"}, allowed=allowed)


def answered_shapes(fields: Sequence[AnswerField]) -> dict[str, FieldShape]:
    """What an answer adds to an event."""
    return {field.name: FieldShape(field.type) for field in fields}


def answer_schema(fields: Sequence[AnswerField]) -> dict[str, Any]:
    """The JSON Schema of an answer: every field, and `unsure`."""
    properties: dict[str, Any] = {}
    for field in fields:
        facts: dict[str, Any] = {"type": JSON_TYPES[field.type]}
        limits = (("at least", field.min), ("at most", field.max))
        bounds = [f"{word} {bound:g}" for word, bound in limits if bound is not None]
        if field.description or bounds:
            facts["description"] = "; ".join([*filter(None, [field.description]), *bounds])
        if field.values is not None:
            facts["enum"] = field.values
        properties[field.name] = facts
    properties[UNSURE] = {"type": "boolean", "description": "true when the data does not allow an answer"}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def as_declared(value: dict[str, Any], fields: Sequence[AnswerField]) -> dict[str, Any]:
    """A sound answer, whole numbers as such."""
    return {field.name: int(value[field.name]) if field.type == "integer" else value[field.name] for field in fields}


def mistake(value: Any, fields: Sequence[AnswerField]) -> str | None:
    """What is wrong with an answer; None when it has exactly the declared fields, or says that it is
    unsure."""
    if not isinstance(value, dict):
        return "not a JSON object"
    if value.get(UNSURE) is True:
        return None
    extra = set(value) - {field.name for field in fields} - {UNSURE}
    if extra:
        return f"fields that were not asked for: {', '.join(sorted(map(str, extra)))[:200]}"
    for field in fields:
        if field.name not in value:
            return f"no {field.name}"
        if not _fits(value[field.name], field):
            return f"{field.name} is not what was declared"
    return None


def _fits(value: Any, field: AnswerField) -> bool:
    if field.type == "boolean":
        return isinstance(value, bool)
    if field.type == "string":
        return isinstance(value, str) and len(value) <= LONGEST_TEXT and (not field.values or value in field.values)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, int) or field.type == "integer":
        if not -_BIGGEST <= value < _BIGGEST or value != int(value):
            return False
    elif not math.isfinite(value):
        return False
    return (field.min is None or value >= field.min) and (field.max is None or value <= field.max)
