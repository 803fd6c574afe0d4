"""Declared fields straight from a payload's bytes, each decoded once and as its type; everything else is skipped.

What is not as declared in any way (a field of another type, no JSON, a time that cannot be right) is no record:
`nodes/kit/payload.py` then looks at the whole payload and says what is wrong with it. An undeclared part is only checked to
be JSON, so a number in it may be larger than any float.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nodes.kit.payload import DEEPEST, EARLIEST_MS, LARGEST, LATEST, rfc3339
from nodes.kit.source import Source
from nodes.kit.structs import ALONE
from nodes.kit.things import DeviceType

SURELY_FLAT = 2 * (DEEPEST + 1)
"""A payload of fewer bytes cannot be nested too deep."""
_Int = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class _Place(msgspec.Struct, frozen=True, gc=False):
    """A location; what else the object says is left out."""

    lat: Annotated[int, Meta(ge=-90, le=90)] | Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[int, Meta(ge=-180, le=180)] | Annotated[float, Meta(ge=-180, le=180)]


_LEAVES: dict[str, Any] = {
    "number": _Int | float | None,
    "integer": _Int | None,
    "boolean": bool | None,
    "string": str | None,
    "location": _Place | None,
}
_TIMES: dict[str, Any] = {"ms": _Int, "s": _Int, "rfc3339": str}
Tree = dict[str, Any]


class Reader:
    """Reads the payloads of one type. `chains` says by field name where a record has its value (an attribute chain), UNSET or
    None where there is none; `time_chain` the same for the payload's own time. A record is only valid as long as its
    `guards` are UNSET: keys that have the dots of a path in them win over the path."""

    def __init__(self, decode: Callable[[bytes], Any], chains: dict[str, str], time_chain: str | None, guards: list[str],
                 type: DeviceType) -> None:  # fmt: skip
        self.decode, self.chains, self.time_chain, self.guards = decode, chains, time_chain, guards
        self.format = type.time.format if type.time else ""
        places = {f.name for f in type.fields if f.type == "location"}
        self.data: Callable[[Any], dict[str, Any]] = _data_of(chains, places)
        """The event's data of a record."""
        self._own_time = attrgetter(time_chain) if time_chain else None
        self._guarded: Callable[[Iterable[Any]], list[Any]] = _guarded(guards) if guards else list

    def record(self, payload: bytes) -> Any:
        """The record of a payload, None where it is not as declared."""
        if not _sound(payload):
            return None
        try:
            record = self.decode(payload)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        return self._guarded((record,))[0]

    def records(self, payloads: list[bytes]) -> list[Any]:
        """The record of each payload; whoever uses one has to look at its `guards`."""
        if max(map(len, payloads)) < SURELY_FLAT and all(map(bytes.isascii, payloads)):
            try:
                return list(map(self.decode, payloads))
            except (msgspec.MsgspecError, ValueError):
                pass
        return list(map(self.record, payloads))

    def time(self, record: Any) -> int | None:
        """The payload's own time (ms), None where it has none that could be right."""
        value = self._own_time(record) if self._own_time else UNSET
        if value is UNSET:
            return None
        if self.format == "rfc3339":
            try:
                value = rfc3339(value)
            except (ValueError, OverflowError):
                return None
        elif self.format == "s":
            value *= 1000
        return value if (EARLIEST_MS if self.format == "ms" else 1) <= value < LATEST else None


def reader_of(type: DeviceType) -> Reader | None:
    """The reader of a type's payloads, the same one for types that declare the same; None where it declares no fields or
    such that only the whole payload can tell."""
    return _reader(msgspec.json.encode([type.time, type.fields]))


@lru_cache(maxsize=1_000)
def _reader(declared: bytes) -> Reader | None:
    time, fields = msgspec.json.decode(declared)
    type = msgspec.convert({"id": "type", "time": time, "fields": fields}, DeviceType)
    paths = {field.name: field.path or field.name for field in type.fields}
    if not paths or any(field.type not in _LEAVES for field in type.fields):
        return None
    wanted = [(paths[field.name], _LEAVES[field.type]) for field in type.fields]
    if type.time is not None:
        wanted.append((type.time.path, _TIMES[type.time.format]))
    try:
        tree = _tree(wanted)
    except ValueError:
        return None
    dotted = sorted({path for path, _ in wanted if "." in path})
    if set(dotted) & set(tree):
        return None
    with ALONE:
        root, chains = _struct("", {**tree, **{path: Any for path in dotted}})
        decode = msgspec.json.Decoder(root).decode
    guards = [chains.pop((path,)) for path in dotted]
    of = {path: chains[tuple(path.split("."))] for path, _ in wanted}
    return Reader(
        decode,
        {name: of[path] for name, path in paths.items()},
        of[type.time.path] if type.time else None,
        guards,
        type,
    )


def _tree(wanted: Iterable[tuple[str, Any]]) -> Tree:
    """Paths as nested names with the type at the end. Raises ValueError where two do not go together."""
    tree: Tree = {}
    for path, leaf in wanted:
        *way, last = path.split(".")
        place = tree
        for part in way:
            place = place.setdefault(part, {})
            if not isinstance(place, dict) or part.isdigit():
                raise ValueError("a list, or a value and an object in one place")
        if not last or (last.isdigit() and way):
            raise ValueError("an element of a list")
        place[last] = _both(place[last], leaf) if last in place else leaf
    return tree


def _both(one: Any, other: Any) -> Any:
    """The type of what two read. Raises ValueError where there is none."""
    for narrow, wide in ((one, other), (other, one)):
        if not isinstance(narrow, dict) and (narrow == wide or narrow | None == wide or narrow | float | None == wide):
            return narrow
    raise ValueError("two types in one place")


def _struct(prefix: str, tree: Tree) -> tuple[Any, dict[tuple[str, ...], str]]:
    """The type of an object with these names, and by path the attribute chain to each value."""
    fields: list[tuple[str, Any, Any]] = []
    names: dict[str, str] = {}
    chains: dict[tuple[str, ...], str] = {}
    for number, (name, part) in enumerate(tree.items()):
        attribute = f"f{number}"
        names[attribute] = name
        if isinstance(part, dict):
            inner, below = _struct(f"{prefix}_{number}", part)
            fields.append((attribute, inner, msgspec.field(default_factory=inner)))
            chains |= {(name, *path): f"{attribute}.{chain}" for path, chain in below.items()}
        else:
            fields.append((attribute, part | UnsetType if part is not Any else Any, UNSET))
            chains[(name,)] = attribute
    return msgspec.defstruct(f"Record{prefix}", fields, rename=names, frozen=True, gc=False), chains


def _data_of(chains: dict[str, str], places: set[str]) -> Callable[[Any], dict[str, Any]]:
    """From record to data."""
    say = Source()
    unset = say.constant(UNSET)
    say("def data(r):")
    say("    d = {}")
    for name, chain in chains.items():
        value = "{'lat': v.lat, 'lon': v.lon}" if name in places else "v"
        say(f"    v = r.{chain}")
        say(f"    if v is not {unset} and v is not None:")
        say(f"        d[{say.constant(name)}] = {value}")
    say("    return d")
    made: Callable[[Any], dict[str, Any]] = say.made("data")
    return made


def _guarded(guards: list[str]) -> Callable[[Iterable[Any]], list[Any]]:
    """Records, None in place of those that have one of `guards`."""
    say = Source()
    unset = say.constant(UNSET)
    say("def guarded(rs):")
    say(f"    return [r if {' and '.join(f'r.{name} is {unset}' for name in guards)} else None for r in rs]")
    made: Callable[[Iterable[Any]], list[Any]] = say.made("guarded")
    return made


def _sound(payload: bytes) -> bool:
    """Neither too large, nor maybe too deep, and UTF-8."""
    if len(payload) >= SURELY_FLAT and (len(payload) > LARGEST or payload.count(b"[") + payload.count(b"{") > DEEPEST):
        return False
    if payload.isascii():
        return True
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
