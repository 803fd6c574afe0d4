"""Which registered command is meant, on which devices, with which values."""

import re
from dataclasses import dataclass, field
from typing import Any

from llm.authors.phrasebook import concepts
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Named, Quantity, Span
from llm.authors.phrasebook.units import duration_as, fits, in_field_unit, is_time
from llm.authors.phrasebook.wishes import Source
from nodes.kit.things import Command, DeviceType, Registry


@dataclass
class Call:
    """A command that the words may mean; `lacks`: required values that they do not say."""

    type: DeviceType
    command: Command
    values: dict[str, Any] = field(default_factory=dict)
    score: float = 0.0
    lacks: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    known: bool = False
    """Its devices are named here, were commanded before, or are those that are watched."""


@dataclass(frozen=True)
class Partners:
    """The device of a type that belongs to each value of what joined devices share: (device, value)."""

    share: str
    devices: tuple[tuple[str, Any], ...]


def best_call(spans: list[Span], registry: Registry, trigger: Source | None, last: DeviceType | None) -> Call | None:
    """The command that fits the words best; None where nothing speaks of one."""
    said = [
        s
        for s in spans
        if not (s.role("derive") and " " in s.text and not s.names)
        and (
            s.words & set(POLARITIES)
            or s.named("choice")
            or s.named("call")
            or s.quantity
            or s.quote is not None
            or s.duration is not None
            or "fully" in s.words
        )
    ]
    found = []
    for type_ in registry.types.values():
        whose = _whose(spans, type_, trigger, last)
        for command in type_.commands:
            call = _filled(type_, command, said)
            if call.score > 0 and (whose > 0 or _only_one(call, spans, registry)):
                left = [
                    s for s in said if s.quantity is not None and s.quantity.unit and not s.used and s not in call.spans
                ]
                call.score += whose - (1.5 if left else 0)
                call.known = whose > 0
                found.append(call)
    found.sort(key=lambda call: (bool(call.lacks), not call.known, -call.score))
    return found[0] if found else None


def _whose(spans: list[Span], type_: DeviceType, trigger: Source | None, last: DeviceType | None) -> float:
    named = [n for s in spans for n in s.names if n.sort in ("type", "device")]
    mine = [
        n.strength
        for n in named
        if (n.id == type_.id and n.sort == "type") or (n.sort == "device" and n.owner == type_.id)
    ]
    if mine:
        return 3 + max(mine)
    if any(not _weak(n, registry_type=type_) for n in named):
        return 0
    if last is not None and last.id == type_.id:
        return 2
    return 1 if trigger is not None and trigger.type.id == type_.id else 0


def _weak(named: Named, registry_type: DeviceType) -> bool:
    return named.strength < 2


def _only_one(call: Call, spans: list[Span], registry: Registry) -> bool:
    """Nobody named the devices, but a choice or command name belongs to no other type."""
    named = [n for s in call.spans for n in s.names if n.sort in ("choice", "call")]
    others = {
        n.id if n.sort == "type" else n.owner
        for s in spans
        for n in s.names
        if n.sort in ("type", "device") and n.strength > 1
    }
    if any(registry.types[id].commands for id in others if id in registry.types):
        return False
    if named:
        return any(n.owner == call.type.id for n in named) and len({n.owner for n in named}) == 1
    return False


def _filled(type_: DeviceType, command: Command, said: list[Span]) -> Call:
    call = Call(type_, command)
    polarity = _polarity(said)
    for span in said:
        for name in span.named("call"):
            if name.id == command.id and name.owner == type_.id:
                call.score += 2 + name.strength
                call.spans.append(span)
    properties = command.values.get("properties") or {}
    for name, schema in properties.items():
        if isinstance(schema, dict) and (value := _value(call, name, schema, said, polarity)) is not None:
            call.values[name] = value
    if polarity and not properties and (fit := _means(polarity, command) or _sounds(said, type_)) > 0:
        call.score += fit
        call.spans += [s for s in said if polarity in s.words]
    elif (
        polarity
        and properties
        and call.score > 0
        and True not in map(_is_bool, call.values.values())
        and not any(value == 0 for value in call.values.values())
        and _against(polarity, command)
    ):
        call.score -= 3
    required = command.values.get("required") or []
    call.lacks = [name for name in required if name not in call.values]
    if call.lacks and call.score > 0:
        call.score -= 1
    return call


def _sounds(said: list[Span], type_: DeviceType) -> float:
    """ "Ring the buzzer", "sound the horn": there is nothing else to command of it."""
    words = " ".join([type_.id, *type_.label.values(), *type_.also, type_.commands[0].id]).lower()
    asked = any(s.text.split()[0] in ("ring", "sound") for s in said if s.text)
    return 1.0 if len(type_.commands) == 1 and asked and _LOUD.search(words) else 0.0


_LOUD = re.compile(r"ring|sound|buzz|blow|alarm|horn|siren|bell|chime|hoot|beep")


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _polarity(said: list[Span]) -> str | None:
    return next((p for s in reversed(said) for p in POLARITIES if p in s.words), None)


def _words_of(command: Command) -> set[str]:
    texts = [command.id.lower(), *(w.lower() for w in command.label.values()), *(w.lower() for w in command.also)]
    return {part for text in texts for part in text.replace("_", " ").replace("-", " ").split()} | set(texts)


_SPOKEN = {
    "on": ("点", "オン", "入", "起動", "作動"), "off": ("消", "オフ", "切"), "start": ("開始", "始", "運転", "起動", "動か", "稼働"), "stop": ("停止", "止", "停め"),
    "open": ("開",), "close": ("閉",), "lock": ("施錠",), "unlock": ("解錠",),
}  # fmt: skip


def _means(polarity: str, command: Command) -> float:
    words = _words_of(command)
    order = concepts.POLARITY[polarity]
    hits = [3 - 0.1 * order.index(word) for word in order if word in words]
    spoken = [2.5 for word in words for part in _SPOKEN[polarity] if part in word]
    return max([*hits, *spoken], default=0.0)


def _against(polarity: str, command: Command) -> bool:
    """`stop` speaks against a command that is called start."""
    opposite = concepts.OPPOSITE[polarity]
    return opposite in _words_of(command) and polarity not in _words_of(command)


def _value(call: Call, name: str, schema: dict[str, Any], said: list[Span], polarity: str | None) -> Any:
    if schema.get("enum"):
        return _choice(call, name, schema["enum"], said, polarity)
    kind = schema.get("type")
    if kind == "boolean":
        return _switched(call, name, said, polarity)
    if kind in ("number", "integer"):
        return _number(call, name, schema, said)
    if kind == "string" and (quote := next((s for s in said if s.quote is not None), None)):
        call.score, call.spans = call.score + 1, [*call.spans, quote]
        return quote.quote
    return None


_SWITCHES = {"on", "off", "power", "open", "opened", "close", "closed", "state", "enabled", "enable", "active", "running", "run", "value", "lock", "locked",
             "start", "stop", "switch", "sound"}  # fmt: skip


def _switched(call: Call, name: str, said: list[Span], polarity: str | None) -> bool | None:
    """A true/false value: what on and off say, where the value is the command's switch; its own name says true."""
    properties = call.command.values.get("properties") or {}
    required = name in (call.command.values.get("required") or [])
    if polarity is not None and (required or len(properties) == 1 or name.lower() in _SWITCHES):
        spans = [s for s in said if polarity in s.words]
        call.score, call.spans = call.score + 2.5, call.spans + spans
        return _truth(name, polarity)
    called = any(n.id == call.command.id and n.owner == call.type.id for s in said for n in s.named("call"))
    return True if required and called and polarity is None else None


def _truth(name: str, polarity: str) -> bool:
    means = polarity in ("on", "start", "open", "lock")
    return not means if name.lower() in ("closed", "close", "off", "stop", "stopped", "unlock", "unlocked") else means


def _choice(call: Call, name: str, values: list[Any], said: list[Span], polarity: str | None) -> Any:
    best: tuple[float, Any, Span] | None = None
    for span in said:
        for named in span.named("choice"):
            if named.owner == call.type.id and named.extra[:2] == (call.command.id, name):
                fit = 2 + named.strength * 0.7 + (0.5 if polarity in span.words else 0)
                # "turn the light on in red": the colour says more than the switch
                fit -= 1.5 if polarity and span.words & set(POLARITIES) else 0
                if best is None or fit > best[0]:
                    best = (fit, named.extra[2], span)
    if best is None and polarity is not None:
        lows = {str(value).lower(): value for value in values}
        for rank, word in enumerate(concepts.POLARITY[polarity]):
            if word in lows:
                best = (2.5 - 0.1 * rank, lows[word], next(s for s in said if polarity in s.words))
                break
    if best is None:
        return values[0] if len(values) == 1 else None
    call.score += best[0]
    call.spans.append(best[2])
    return best[1]


def opposite(call: Call) -> tuple[str, dict[str, Any]] | None:
    """The command (with its values) that ends what a command has begun; None where nothing plainly does."""
    flags = {name: value for name, value in call.values.items() if isinstance(value, bool)}
    if len(call.values) == 1 and len(flags) == 1:
        return call.command.id, {name: not value for name, value in flags.items()}
    properties = call.command.values.get("properties") or {}
    off = {
        n: "off" for n, v in call.values.items() if "off" in (properties.get(n, {}).get("enum") or []) and v != "off"
    }
    if off and len(call.values) == 1:
        return call.command.id, dict(off)
    polarity = _polarity(call.spans)
    if polarity is None or call.values:
        return None
    turned = concepts.OPPOSITE[polarity]
    others = [
        c
        for c in call.type.commands
        if not c.values.get("required") and _means(turned, c) > 0 and c.id != call.command.id
    ]
    return (others[0].id, {}) if len(others) == 1 else None


_WHOLE = re.compile(r"全開|全閉|fully (?:open|clos|shut)|(?:open|close|shut) (?:fully|completely|all the way)")
"""Words for an opening of 100 % or 0 %."""


def _number(call: Call, name: str, schema: dict[str, Any], said: list[Span]) -> float | int | None:
    unit = schema.get("unit") or schema.get("x-unit")
    if unit == "%" and (whole := _opening(call, name, schema, said)) is not None:
        return whole
    for span in said:
        quantity = span.quantity
        if quantity is None and unit == "%" and _WHOLE.match(span.text):
            quantity = Quantity(100 if "open" in span.words else 0, "%")
        if quantity is None and span.duration is not None and (timed := _time_unit(name, unit)):
            quantity, unit = duration_as(span.duration, timed), timed
        if quantity is None or span.used or not fits(quantity.unit, unit):
            continue
        value = in_field_unit(quantity, unit)
        low, high = schema.get("minimum"), schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            continue
        call.score += 2
        call.spans.append(span)
        return int(value) if value == int(value) else value
    return None


_OPENING = re.compile(r"open|開")


def _opening(call: Call, name: str, schema: dict[str, Any], said: list[Span]) -> int | None:
    """Closed is an opening of nothing; fully open is the whole."""
    turned = [s for s in said if s.words & {"open", "close"}]
    words = " ".join([name, call.command.id, *call.command.label.values()]).lower()
    if len(turned) != 1 or not _OPENING.search(words) or any(s.quantity is not None for s in said):
        return None
    closes = "close" in turned[0].words
    if not closes and not any("fully" in s.words for s in said):
        return None
    value = schema.get("minimum", 0) if closes else schema.get("maximum", 100)
    call.score += 2
    call.spans.append(turned[0])
    return int(value)


def _time_unit(name: str, unit: str | None) -> str | None:
    """The unit of time that a value such as `minutes` or `duration_s` counts; None where it counts none."""
    if unit is not None:
        return unit if is_time(unit) else None
    words = name.lower().replace("-", "_").split("_")
    return next((word for word in words if is_time(word)), None)


def target_of(
    call: Call,
    spans: list[Span],
    registry: Registry,
    trigger: Source | None,
    everywhere: bool,
    share: str | None = None,
) -> Any:
    """Who is commanded: an id, "same", or the matching devices of a type (CONTRACTS section 2). `share`: what the devices
    of the trigger were joined by, so that its events are of none of them."""
    type_ = call.type
    only = [n.id for s in spans for n in s.named("device") if n.owner == type_.id]
    if only:
        return only[0] if len(set(only)) == 1 else list(dict.fromkeys(only))
    devices = registry.of_type(type_.id)
    if share is not None and not everywhere and len(devices) > 1:
        return Partners(share, tuple((d.id, d.attributes[share]) for d in devices if share in d.attributes))
    if trigger is not None and trigger.type.id == type_.id and not everywhere:
        return "same" if len(devices) != 1 else devices[0].id
    where = {
        n.extra[0]: n.extra[1]
        for s in spans for n in s.named("attribute")
        if any(d.attributes.get(n.extra[0]) == n.extra[1] for d in devices)
    }  # fmt: skip
    if where:
        matching = [d for d in devices if all(d.attributes.get(k) == v for k, v in where.items())]
        return matching[0].id if len(matching) == 1 else {"type": type_.id, "where": where}
    if len(devices) == 1:
        return devices[0].id
    if trigger is not None and not everywhere and (key := _shared(devices, _devices_of(trigger, registry))):
        return {"type": type_.id, "where": {key: "same"}}
    return {"type": type_.id, "where": {}}


def knows_same(target: Any, source: Source | None, registry: Registry) -> bool:
    """Whether devices that have the attribute tell which ones are meant by "the same"."""
    where = target.get("where", {}) if isinstance(target, dict) else {}
    keys = [key for key, value in where.items() if value == "same"]
    return source is None or all(key in d.attributes for key in keys for d in _devices_of(source, registry))


def _devices_of(source: Source, registry: Registry) -> list[Any]:
    devices = registry.of_type(source.type.id)
    return [d for d in devices if d.id in source.only] if source.only else devices


def _shared(theirs: list[Any], ours: list[Any]) -> str | None:
    """The attribute that tells best which of their devices belongs to which of ours: each of ours has one of theirs, or
    at least each of theirs one of ours."""
    keys = sorted({key for device in theirs for key in device.attributes})
    values = {key: {str(d.attributes.get(key)) for d in theirs} for key in keys}
    own = {key: {str(d.attributes[key]) for d in ours if d.attributes.get(key) is not None} for key in keys}
    known = [key for key in keys if ours and all(d.attributes.get(key) is not None for d in ours)]
    fitting = [key for key in known if own[key] <= values[key]] or [key for key in known if values[key] <= own[key]]
    return max(fitting, key=lambda key: len(values[key]), default=None)
