"""The registered things a flow may name by id (CONTRACTS section 3). Loaded from JSON by document/registry.py."""

from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec

from nodes.kit.shape import FieldType

Words = dict[str, str]
"""A text by language code, e.g. {"ja": "炉", "en": "kiln"}; any language may be missing."""
Part = Annotated[float, msgspec.Meta(ge=0, le=1)]


class PictureZone(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a camera's picture that somebody drew and named: 3 to 50 corners `{"x", "y"}`, in parts (0..1) of its width and
    height, from the left and the top."""

    id: str
    label: Words = {}
    also: list[str] = []
    polygon: Annotated[list[dict[str, Part]], msgspec.Meta(min_length=3, max_length=50)]


class PictureReading(msgspec.Struct, frozen=True, kw_only=True):
    """What can be read from a camera's picture: the value (0 to 1) that a detector gives for the class `shows` (a needle's place
    on its dial) means a number from `low` to `high` in `unit`, under the name of a field."""

    name: str
    shows: str
    low: float = 0.0
    high: float = 1.0
    unit: str | None = None
    label: Words = {}
    also: list[str] = []


class TypeField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a device type; `path` is dotted inside the payload (absent: the name); `also` are other words. `zones` and
    `reads` are what is known of the pictures of an image field."""

    name: str
    path: str | None = None
    type: FieldType = "number"
    unit: str | None = None
    label: Words = {}
    also: list[str] = []
    zones: list[PictureZone] = []
    reads: list[PictureReading] = []


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What a device of this type can be told; `values` is the JSON Schema of its payload; `cooldown` a duration."""

    id: str
    label: Words = {}
    also: list[str] = []
    topic: str
    values: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "object"})
    cooldown: str | None = None
    approval: bool = False

    def topic_of(self, device_id: str) -> str:
        """Where that device hears it."""
        return self.topic.replace("{device}", device_id)


class TimePath(msgspec.Struct, frozen=True, kw_only=True):
    """Where the payload tells its time."""

    path: str
    format: Literal["rfc3339", "s", "ms"] = "rfc3339"


class DeviceType(msgspec.Struct, frozen=True, kw_only=True):
    """A type of device: its topic (with `{device}`), fields and commands."""

    id: str
    label: Words = {}
    also: list[str] = []
    topic: str | None = None
    qos: int = 1
    time: TimePath | None = None
    fields: list[TypeField] = []
    commands: list[Command] = []

    def field(self, name: str) -> TypeField | None:
        for field in self.fields:
            if field.name == name:
                return field
        return None

    def command(self, id: str) -> Command | None:
        for command in self.commands:  # asked with every command that leaves
            if command.id == id:
                return command
        return None


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One real device; `attributes` such as hall or line are read as `device.hall`."""

    id: str
    type: str
    label: Words = {}
    also: list[str] = []
    attributes: dict[str, Any] = {}


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where a notice or call may go; its address is never part of a document or registry file."""

    id: str
    service: str = "inbox"
    label: Words = {}
    also: list[str] = []


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A registered model; `task` such as `chat` or `detect`; `labels` are its classes, `inputs` the names of its numbers, in
    their order, `picture` the width and height (pixels) of the picture that it wants (empty: unknown, or it has none)."""

    id: str
    task: str = "chat"
    label: Words = {}
    labels: list[str] = []
    inputs: list[str] = []
    picture: list[int] = []


class TableColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a table; `unit` as registered."""

    name: str
    type: Literal["number", "integer", "boolean", "string"] = "string"
    unit: str | None = None
    label: Words = {}


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Facts to look up, such as product codes and their limits. `key` names the column whose values tell the rows apart
    (see `cell_key`); each of `rows` has a cell for each of `columns`, None where it says nothing."""

    id: str
    label: Words = {}
    also: list[str] = []
    key: str
    columns: list[TableColumn]
    rows: list[list[Any]] = []

    def column(self, name: str) -> TableColumn | None:
        return next((c for c in self.columns if c.name == name), None)


def cell_key(value: Any) -> tuple[bool, Any]:
    """What two values have in common that name the same row: numbers by value (5 is 5.0), texts without the white space
    around them, true and false as such."""
    return isinstance(value, bool), value.strip() if isinstance(value, str) else value


class Registry(msgspec.Struct, frozen=True, dict=True):
    """All registered things by id."""

    types: dict[str, DeviceType] = {}
    devices: dict[str, Device] = {}
    destinations: dict[str, Destination] = {}
    models: dict[str, Model] = {}
    tables: dict[str, Table] = {}

    @cached_property
    def approvals(self) -> frozenset[str]:
        """Ids of commands that a person must approve each time, for some type at least."""
        return frozenset(one.id for type in self.types.values() for one in type.commands if one.approval)

    def command(self, device_id: str | None, command_id: str) -> Command | None:
        """The command of that id that the device's type has."""
        device = self.devices.get(device_id or "")
        type = self.types.get(device.type) if device else None
        return type.command(command_id) if type else None

    def of_type(self, type_id: str) -> list[Device]:
        """The registered devices of one type, in registry order."""
        return [d for d in self.devices.values() if d.type == type_id]

    def label(self, device_id: str | None, lang: str) -> str:
        """How a person calls this device in `lang`; its id where nobody gave it a name, `–` for none."""
        if device_id is None:
            return "–"
        device = self.devices.get(device_id)
        return spoken(device.label, lang, device_id) if device else device_id


def spoken(words: Words, lang: str, otherwise: str) -> str:
    """The text in `lang`, else in English, else in any language, else `otherwise`."""
    return words.get(lang) or words.get("en") or next(iter(words.values()), otherwise)
