"""What of a workspace may stand for a virtual thing: which fits, why not, and which is likely meant."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from document.nearest import nearest
from flows.mine.needs import NeededCommand, NeededType, Needs
from nodes.kit.things import Command, DeviceType, Registry, TypeField, Words, spoken
from nodes.kit.unit import CannotConvert, UnknownUnit, convert, same_unit

Choice = dict[str, Any]
ALIKE = {"number": {"number", "integer"}, "integer": {"integer", "number"}}
SHOWN_AT, PART_SHOWN = 100.0, 0.5
"""The value with which a conversion is shown, and that for a part of one, whose unit is written 1."""


class Fit(msgspec.Struct, frozen=True):
    """`ok`: it may be used so. `note` says what happens to the values, or why it may not. `open`: nothing is chosen, so that the
    draft will have a problem to solve."""

    ok: bool
    note: str = ""
    open: bool = False


def field_fit(wanted: TypeField, given: TypeField | None) -> Fit:
    """Whether what `given` reports can be read as `wanted`."""
    if given is None:
        return Fit(True, _("Nothing is chosen for it, and the flow reads it."), open=True)
    if given.type not in ALIKE.get(wanted.type, {wanted.type}):
        return Fit(
            False, _("It is of another type: %s instead of %s.") % (type_said(given.type), type_said(wanted.type))
        )
    if same_unit(wanted.unit, given.unit) or wanted.type not in ALIKE:
        return Fit(True)
    if wanted.unit is None or given.unit is None:
        return Fit(
            True, _("Only one of the two has a unit, so nothing is converted. Check that the numbers mean the same.")
        )
    shown = PART_SHOWN if given.unit == "1" else SHOWN_AT
    try:
        value = convert(shown, given.unit, wanted.unit)
    except UnknownUnit:
        return Fit(
            False, _("The units are different and one of them is not known: %s and %s.") % (given.unit, wanted.unit)
        )
    except CannotConvert:
        return Fit(False, _("%s cannot become %s: they measure different things.") % (given.unit, wanted.unit))
    return Fit(True, _("Converted: %s becomes %s.") % (_measured(shown, given.unit), _measured(value, wanted.unit)))


def _measured(value: float, unit: str) -> str:
    return f"{value:.6g}" if unit == "1" else f"{value:.6g} {unit}"


def type_said(type: str) -> str:
    known = {"number": _("number"), "integer": _("whole number"), "boolean": _("yes or no"), "string": _("text"),
             "location": _("location"), "image": _("image")}  # fmt: skip
    return known.get(type, type)


def command_fit(wanted: NeededCommand, given: Command | None, chosen: Choice) -> Fit:
    """Whether the command takes each of the values that the flow sends, renamed as chosen."""
    if given is None:
        return Fit(True, _("Nothing is chosen for it, and the flow sends it."), open=True)
    schema = {**given.values, "required": []}  # each value by itself; the document's own check sees them together
    for name, values in wanted.values.items():
        rule = (chosen.get("values") or {}).get(name) or {}
        for written in values:
            value = (rule.get("values") or {}).get(written, json.loads(written))
            if isinstance(value, str) and ("{" in value or value.startswith("$")):
                continue  # filled in while it runs
            wrong = next(Draft202012Validator(schema).iter_errors({rule.get("to") or name: value}), None)
            if wrong is not None:
                return Fit(False, _("It does not take %s = %s.") % (rule.get("to") or name, _shown(value)))
    return Fit(True)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- what is likely meant ---------------------------------------------------------------------------------------------


def suggested(needs: Needs, virtual: Registry, real: Registry) -> Choice:
    """A choice to begin with. What nothing resembles is left out."""
    choice: Choice = {"types": {}, "devices": {}, "commands": {}}
    for needed in needs.types:
        scored = [(_likeness(needed, type), type) for type in real.types.values()]
        score, type = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if type is None or score <= 1.0:
            continue
        fields: dict[str, str] = {}
        for field in needed.fields:
            if (found := _field_for(field, type)) and found not in fields.values():  # one reading is not two things
                fields[field.name] = found
        choice["types"][needed.type.id] = {"to": type.id, "fields": fields, "devices": None}
        choice["commands"][needed.type.id] = _commands(needed, type)
        choice["devices"] |= _devices(needed, virtual, [one.id for one in real.of_type(type.id)], real)
    for section in ("destinations", "models", "tables"):
        choice[section] = {
            id: found
            for id in getattr(needs, section)
            if (found := _alike(id, getattr(virtual, section)[id].label, getattr(real, section)))
        }
    return choice


def _likeness(needed: NeededType, type: DeviceType) -> float:
    """How much a type has of what is needed (0 to 2), and a little for its name."""
    wanted = len(needed.fields) + len(needed.commands)
    has = sum(_field_for(field, type) is not None for field in needed.fields)
    has += sum(_command_for(command.id, needed.type, type) is not None for command in needed.commands)
    name = 0.5 if _alike(needed.type.id, needed.type.label, {type.id: type}) else 0.0
    return (2.0 * has / wanted if wanted else 0.0) + name


def _field_for(wanted: TypeField, type: DeviceType) -> str | None:
    """By name, by what people call it, else the only one of that type and unit."""
    fit = [field for field in type.fields if field_fit(wanted, field).ok]
    calls = {wanted.name.casefold(), *(word.casefold() for word in (*wanted.label.values(), *wanted.also))}
    for field in fit:
        if calls & {field.name.casefold(), *(word.casefold() for word in (*field.label.values(), *field.also))}:
            return field.name
    measured = [field.name for field in fit if wanted.unit and field.unit]
    pictures = [field.name for field in fit if wanted.type == "image"]
    only = measured or pictures
    return only[0] if len(only) == 1 else None


def _command_for(id: str, virtual: DeviceType, type: DeviceType) -> Command | None:
    known = virtual.command(id)
    found = _alike(id, known.label if known else {}, {command.id: command for command in type.commands})
    return type.command(found) if found else None


def _commands(needed: NeededType, type: DeviceType) -> Choice:
    found: Choice = {}
    for command in needed.commands:
        given = _command_for(command.id, needed.type, type)
        if given is None:
            continue
        names = (given.values.get("properties") or {}) if isinstance(given.values, dict) else {}
        found[command.id] = {"to": given.id, "values": {}}
        for name, values in command.values.items():
            to = name if name in names else (nearest(name, names) or (next(iter(names)) if len(names) == 1 else name))
            options = (names.get(to) or {}).get("enum") or []
            renamed = {
                w: n
                for w in values
                if isinstance(o := json.loads(w), str) and o not in options and (n := nearest(o, options))
            }
            found[command.id]["values"][name] = {"to": to, "values": renamed}
    return found


def _devices(needed: NeededType, virtual: Registry, ids: list[str], real: Registry) -> dict[str, str]:
    """Each named device is given a real one; in order where nothing else tells."""
    found, left = {}, list(ids)
    for device in needed.devices:
        chosen = _alike(device, virtual.devices[device].label, {id: real.devices[id] for id in left}) or next(
            iter(left), None
        )
        if chosen:
            found[device] = chosen
            left.remove(chosen)
    return found


def _alike(id: str, label: Words, things: Any) -> str | None:
    if id in things:
        return id
    labels = {word.casefold() for word in label.values()}
    for known, thing in things.items():
        if labels & {word.casefold() for word in (*thing.label.values(), *getattr(thing, "also", ()))}:
            return str(known)
    return nearest(id, things)


def labels(things: Iterable[Any], lang: str) -> list[dict[str, str]]:
    """Things to choose from: [{"id", "label"}]."""
    return [{"id": one.id, "label": spoken(one.label, lang, one.id)} for one in things]
