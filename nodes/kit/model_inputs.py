"""What kinds that ask a model for numbers have in common: which field goes into which of its inputs."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.asking import failed
from nodes.kit.effect import Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import NUMBERS, unknown
from nodes.kit.params import FieldName
from nodes.kit.payload import typed_value
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Model

VERSION = "model_version"
"""The field that says which version of the model answered."""
LONGEST_VERSION = 64


class ModelInput(BaseModel):
    """One input of the model and the field whose number goes there."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    input: Annotated[str, Field(min_length=1, max_length=200)]
    field: FieldName


ModelInputs = Annotated[list[ModelInput], Field(min_length=1, max_length=1_000)]


def asked_model(params: Any, task: str, scope: Scope) -> Model | None:
    """The registered model that a node asks, as far as that is known: named, or the first there is for `task`."""
    if scope.registry is None:
        return None
    if params.model is not None:
        return scope.registry.models.get(params.model)
    return next((model for model in scope.registry.models.values() if model.task == task), None)


def check_task(model: Model | None, task: str) -> Iterator[Problem]:
    """The model is one for this."""
    if model is not None and model.task != task:
        yield Problem("wrong_task", "/params/model", args={"detail": f"{model.id}: {model.task}"})


def check_inputs(inputs: Sequence[ModelInput], model: Model | None, shape: Shape) -> Iterator[Problem]:
    """Every input of the model gets one number, no other is named, and the fields are no texts or pictures."""
    named = [one.input for one in inputs]
    for index, one in enumerate(inputs):
        if one.input in named[:index]:
            yield Problem("not_unique", f"/params/inputs/{index}/input")
        field = shape.fields.get(one.field)
        if field is not None and field.type not in (*NUMBERS, "boolean", "any"):
            numbers = [name for name, known in shape.fields.items() if known.type in NUMBERS]
            args = {"field": one.field, "found": field.type, "expected": "number"}
            yield Problem("wrong_type", f"/params/inputs/{index}/field", args=args, allowed=numbers or None)
    if model is None:
        return
    if model.picture:
        size = f"{model.picture[0]} x {model.picture[1]}"
        yield Problem("model_wants_picture", "/params/inputs", args={"id": model.id, "size": size})
        return
    if not model.inputs:
        return
    for index, name in enumerate(named):
        if name not in model.inputs:
            yield unknown("not_allowed_value", f"/params/inputs/{index}/input", name, model.inputs, word="value")
    shaped = f"[1, {len(model.inputs)}]"
    for name in model.inputs:
        if name not in named:
            yield Problem(
                "model_input_missing", "/params/inputs", args={"id": model.id, "input": name, "shape": shaped}
            )


def values_in(event: Event, inputs: Sequence[ModelInput]) -> dict[str, float] | str:
    """The numbers by input, or the field that has none."""
    values: dict[str, float] = {}
    for one in inputs:
        value = event.data.get(one.field)
        number = float(value) if isinstance(value, bool) else typed_value("number", value)
        if number is None:
            return one.field
        values[one.input] = float(number)
    return values


def no_value(event: Event, field: str) -> Iterator[Yield]:
    """What comes of an event without one of the numbers."""
    yield Trouble(
        "missing_field" if event.data.get(field) is None else "wrong_type", {"field": field, "expected": "number"}
    )
    yield failed(event, "missing_value", field)


def version_in(value: dict[str, Any]) -> dict[str, str]:
    """Which version of the model answered, as a field; nothing where the answer does not say."""
    version = value.get("version")
    return {VERSION: version} if isinstance(version, str) and 0 < len(version) <= LONGEST_VERSION else {}


def version_shape() -> dict[str, FieldShape]:
    """What `version_in` adds."""
    return {VERSION: FieldShape("string")}
