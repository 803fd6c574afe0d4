"""Each node's params against its own kind: settings, schema, registered ids, then what the kind itself checks."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from document.checks.commands import check_command
from document.checks.reading import MOST_NAMES, Reading
from document.checks.registered import check_place
from document.nearest import nearest
from document.pointer import Path, parts, pointer
from document.problems import CODES, has_errors, problem
from document.readable import complaints
from document.schema import places, plain_schema
from document.settings import Resolved, resolved
from document.shapes import Surroundings
from nodes.kit.kind import Kind
from nodes.kit.problem import Problem

_ONE_OF = re.compile(r"exactly one of (.+)")
_RANGES = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "min"),
    "less_than": ("lt", "under"),
    "less_than_equal": ("le", "max"),
}
"""Pydantic's names for limits that a schema cannot hold, such as those of durations: their arg, and ours."""
_MENTION = re.compile(r"settings\.([a-z][a-z0-9_]{0,31})")


def check_params(reading: Reading) -> None:
    """Every problem of kinds and params. A node whose id is taken is checked like the others."""
    for index, node in reading.nodes:
        kind = reading.kind(node)
        at: Path = ("nodes", index)
        if kind is None:
            _unknown_kind(reading, node, at)
        elif isinstance(node.get("params", {}), dict):
            _check_node(reading, node, kind, (*at, "params"))


def _unknown_kind(reading: Reading, node: dict[str, Any], at: Path) -> None:
    given = node.get("kind")
    if not isinstance(given, str):
        return
    names = [kind.id for kind in reading.catalog]
    near = nearest(given, names)
    fix = None if near is None else {"path": pointer((*at, "kind")), "value": near}
    reading.tell("unknown_kind", (*at, "kind"), kind=given, nearest=near, names=names, fix=fix, allowed=names)
    _note_mentions(reading, node.get("params"))


def _check_node(reading: Reading, node: dict[str, Any], kind: type[Kind], at: Path) -> None:
    params = node.get("params", {})
    around = reading.around[node["id"]]
    values = resolved(params, kind, reading.settings, around.scope.shape)
    reading.used.update(values.uses.values())
    _note_mentions(reading, params)
    own = [_moved(found, at) for found in values.problems]
    own += _against_schema(kind, params, values, at)
    strangers = {found.path for found in own if found.code == "unknown_key"}
    own = [found for found in own if found.code != "not_settable" or found.path not in strangers]
    for path, schemas, value in places(plain_schema(kind), values.params):
        if path not in values.open:
            own += [
                _as_setting(found, values.uses.get(path) if found.path == pointer((*at, *path)) else None)
                for found in check_place(reading, around, (*at, *path), schemas, value, values.params)
            ]
    if not has_errors(own):
        own += check_command(reading.registry, around, kind, values.params, at)
    if not has_errors(own):
        own += _meant(kind, values, around, at)
    reading.found.extend(own)


def _against_schema(kind: type[Kind], params: dict[str, Any], values: Resolved, at: Path) -> Iterator[Problem]:
    """What the schema says of the resolved params; of what no setting could fill nothing is said twice."""
    open_ = {pointer((*at, *path)) for path in values.open}
    uses = {pointer((*at, *path)): name for path, name in values.uses.items()}
    for found in complaints(plain_schema(kind), values.params, at):
        if found.code == "unknown_key":
            yield _renamed_in(params, found, at)
        elif not any(found.path == path or found.path.startswith(path + "/") for path in open_):
            yield _as_setting(found, uses.get(found.path))


def _renamed_in(params: Any, found: Problem, at: Path) -> Problem:
    """The fix of a misspelt key keeps what was written, not what settings made of it."""
    if found.fix is not None:
        for key in parts(found.fix["path"])[len(at) :]:
            params = params[int(key) if isinstance(params, list) else key]
        key, near = found.args["key"], found.args["nearest"]
        found.fix = {"path": found.fix["path"], "value": {near if k == key else k: v for k, v in params.items()}}
    return found


def _as_setting(found: Problem, name: str | None) -> Problem:
    """A value that came from a setting: the setting is what does not fit."""
    if name is None or found.code.startswith("unknown_") or found.severity == "warning":
        return found
    return problem("setting_does_not_fit", found.path, name=name, because=found.code)


def _meant(kind: type[Kind], values: Resolved, around: Surroundings, at: Path) -> list[Problem]:
    """What only the kind knows: its Params' own validators, then its check. Nothing a kind does stops validation."""
    if values.open:
        return []
    try:
        params = around.params or kind.Params.model_validate(values.params)
        return [_moved(_with_nearest(found, values.params), at[:-1]) for found in kind.check(params, around.scope)]
    except ValidationError as refusal:
        return [_from_pydantic(detail, at) for detail in refusal.errors(include_url=False)[:20]]
    except Exception as failure:
        return [problem("bad_value", pointer(at), detail=f"{type(failure).__name__}: {failure}"[:200])]


def _from_pydantic(detail: Any, at: Path) -> Problem:
    """A validator may raise PydanticCustomError with one of our codes; other refusals are read by their text."""
    path = pointer((*at, *(key for key in detail["loc"] if isinstance(key, str | int))))
    context = detail.get("ctx") or {}
    if detail["type"] in CODES:
        return problem(detail["type"], path, **context)
    if detail["type"] in _RANGES:
        word, said = _RANGES[detail["type"]]
        return problem("out_of_range", path, value=detail.get("input"), **{said: context.get(word)})
    text = str(context.get("error", detail["msg"]))
    if one_of := _ONE_OF.search(text):
        return problem("choose_one", path, names=[name.strip() for name in one_of.group(1).split(",")])
    return problem("bad_value", path, detail=text[:200])


def _moved(found: Problem, at: Path) -> Problem:
    """A problem whose path was below `at`."""
    base = pointer(at)
    fix = found.fix
    if fix is not None:
        fix = {"path": base + str(fix.get("path", "")), "value": fix.get("value")}
    severity = CODES[found.code].severity if found.code in CODES and found.severity == "error" else found.severity
    allowed = found.allowed[:MOST_NAMES] if found.allowed is not None else None
    return Problem(found.code, base + found.path, severity, found.args, fix, allowed)


def _with_nearest(found: Problem, params: dict[str, Any]) -> Problem:
    """A kind says what is allowed; which of it was probably meant is found here. `found.path` starts at the node."""
    given = next((found.args[name] for name in ("id", "name", "field", "value") if name in found.args), None)
    near = nearest(given, [word for word in found.allowed or () if isinstance(word, str)])
    if near is None or found.fix is not None or "nearest" in found.args:
        return found
    found.args = {**found.args, "nearest": near}
    inside: Any = {"params": params}
    for key in parts(found.path):
        inside = inside.get(key) if isinstance(inside, dict) else None
    if inside == given:
        found.fix = {"path": found.path, "value": near}
    return found


def _note_mentions(reading: Reading, value: Any) -> None:
    """Settings that texts and expressions name count as used."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if "settings." in item:
                reading.used.update(_MENTION.findall(item))
            elif item.startswith("$"):
                reading.used.add(item[1:])
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
