"""Building bricks for a kind's `Params`: what a value means, so that schema, forms, validator and model all know.

A mark lands in the JSON Schema under `x-suiro`:

- `settable: true`   the value may be `"$name"` of a setting (CONTRACTS section 2)
- `identity: true`   changing it makes the node's memory start fresh (field, per, window shape)
- `ref: KIND`        a registered id: `type`, `device`, `destination`, `model`, `table`; or `field`, `command`
- `spare: true`     of a model: it is asked only where the param is given, so that no default stands for it
- `task: WHAT`       of models: only those for this task fit (absent: chat)
- `unit_of: PARAM`   the number is in the unit of the field named by that param
- `difference: true` ... and it is a difference between two values: 9 °F more is 5 °C more
- `format: WHAT`     `duration`, `expression`, `text`, `cron`, `topic`, `time_zone`, `per`: picks form control and check
- `standings: true` its names are those in which a key may stand (see Kind.standing): the canvas shows them
- `among: PARAM`    one of the names in that param, such as a state; `any`: a word that stands for all of them
- `exactly_one: [..]` on the whole: exactly one of these params is given
- `only_with: PARAM` it belongs to that one of an `exactly_one`: a form shows it beside nothing else
- `difference: true` the number is a distance between two values: it is converted without the unit's zero point
"""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator
from pydantic.json_schema import GetJsonSchemaHandler
from pydantic_core import PydanticCustomError

from nodes.kit.duration import PATTERN, parse_duration


class Mark:
    """Facts about a param that JSON Schema has no word for; several marks on one type add up."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = dict(handler(core_schema))
        schema["x-suiro"] = {**schema.get("x-suiro", {}), **self.facts}
        return schema


class NodeParams(BaseModel):
    """Params of a kind, built only after settings were resolved: they never see `$`. Unknown keys are refused.

    A validator raises `refused(code, ...)`: the code stands in document/problems.py, its context fills the words."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, strict=False, allow_inf_nan=False)

    exactly_one: ClassVar[tuple[str, ...]] = ()
    """Params of which exactly one must be given."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = dict(handler(core_schema))
        if cls.exactly_one:
            schema["x-suiro"] = {"exactly_one": list(cls.exactly_one)}
        return schema

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        given = [name for name in self.exactly_one if getattr(self, name) is not None]
        if self.exactly_one and len(given) != 1:
            raise refused("choose_one", names=list(self.exactly_one), given=given)
        return self


def refused(code: str, **args: Any) -> PydanticCustomError:
    """What a validator of params raises: the problem `code` with its `args`."""
    return PydanticCustomError(code, code, args)


Settable = Mark(settable=True)
Identity = Mark(identity=True)

Duration = Annotated[
    int,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["30s", "5m", "1h30m"]}),
    Mark(format="duration"),
]
"""Written "5m", held as integer milliseconds."""

FieldName = Annotated[str, Mark(ref="field")]
TypeId = Annotated[str, Mark(ref="type")]
DeviceId = Annotated[str, Mark(ref="device")]
DestinationId = Annotated[str, Mark(ref="destination"), Settable]
CommandId = Annotated[str, Mark(ref="command")]
ModelId = Annotated[str, Mark(ref="model"), Settable]
TableId = Annotated[str, Mark(ref="table"), Settable]
Expression = Annotated[str, Mark(format="expression")]
TextTemplate = Annotated[str, Mark(format="text")]
Per = Annotated[str, Mark(format="per", identity=True)]
"""`device` (default), `all`, or a data field, else a device attribute: whose events share one memory."""
