"""How a worker stands, for people: its broker, its flows, what leaves and what waits."""

from typing import Any

import msgspec

from runtime.json_bytes import json_bytes
from runtime.outgoing import Outgoing
from runtime.running import RunningFlow
from runtime.site import Site
from runtime.store import DEAD_DROPPED


def standing(site: Site) -> dict[str, Any]:
    """On the host's thread."""
    mqtt, host, out = site.mqtt, site.host, site.host.outgoing
    broker: dict[str, Any] = {"connected": False, "url": None, "detail": "no broker is configured"}
    if mqtt is not None:
        broker = {
            **msgspec.to_builtins(mqtt.health),
            "dropped": mqtt.dropped,
            "refused": sorted(mqtt.refused),
            "window": mqtt.window.size,
        }
    return {
        "broker": broker,
        "flows": {flow.id: _counts(flow, out) for flow in host.flows.values()},
        "unread": host.intake.unread,
        **out.queues(),
        "letters_lost": (site.store.fact(DEAD_DROPPED) if site.store is not None else None) or 0,
        "ahead": host.clock.ahead,
        "at": host.clock.now(),
        "models": site.shelf.standing(),
        "cameras": _cameras_away(site),
    }


def _cameras_away(site: Site) -> dict[str, str]:
    """Those of which a running flow wants pictures in vain, and why."""
    wanted = frozenset[str]().union(*(flow.cameras for flow in site.host.flows.values()))
    return {device: why for device, why in dict(site.cameras_away).items() if device in wanted}


def _counts(flow: RunningFlow, out: Outgoing) -> msgspec.Raw:
    """As JSON one by one: as objects, those of a thousand flows would be megabytes."""
    return msgspec.Raw(json_bytes({**flow.counts(), "effects": out.counts(flow.id)}))
