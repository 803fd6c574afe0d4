"""One wish as several: other conditions after which the same is done, devices of which each is looked at by itself."""

from collections.abc import Iterator
from dataclasses import replace

from llm.authors.phrasebook.sharing import devices_of
from llm.authors.phrasebook.wishes import Doing, Source, Trigger, Wish
from nodes.kit.things import Device, Registry


def wishes(registry: Registry, wish: Wish) -> Iterator[Wish]:
    """The wish, or what stands in its place."""
    trigger = wish.trigger
    before = trigger.of if trigger.sort == "cleared" else None
    if trigger.apart is not None and trigger.sort in ("compare", "checked"):
        for device in devices_of(trigger.apart, registry):
            one = _only(trigger, trigger.apart, device.id)
            yield Wish(one, [_for(doing, device) for doing in wish.doings], wish.calendar)
        return
    yield wish
    others = trigger.alternatives if before is None else [replace(trigger, of=t) for t in before.alternatives]
    for other in others:
        yield Wish(other, [replace(doing) for doing in wish.doings], wish.calendar)


def _only(trigger: Trigger, source: Source, device: str) -> Trigger:
    """The same condition, of one device."""

    def narrowed(known: Source) -> Source:
        return replace(known, only=[device], where={}) if known is source else known

    first = narrowed(trigger.source) if trigger.source is not None else None
    looked = replace(trigger.first, source=first) if trigger.first is not None else None
    return replace(trigger, source=first, others=[narrowed(s) for s in trigger.others], first=looked, apart=None)


def _for(doing: Doing, device: Device) -> Doing:
    """The doing for one device, of which the event says nothing."""
    if doing.target == "same":
        return replace(doing, target=device.id)
    where = doing.target.get("where", {}) if isinstance(doing.target, dict) else {}
    known = {key: device.attributes.get(key) if value == "same" else value for key, value in where.items()}
    return replace(doing, target={**doing.target, "where": known}) if where else replace(doing)
