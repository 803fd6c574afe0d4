"""How a worker stands, for people: its broker, its flows, what leaves and what waits."""

from typing import Any

import msgspec

from document.problems import problem
from nodes.kit.problem import Problem
from nodes.kit.topic import matches
from runtime.connectors.mqtt import Mqtt
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
            "refused": sorted(mqtt.subscriptions.refused),
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


def topic_problems(mqtt: Mqtt | None, flow: RunningFlow) -> list[Problem]:
    """What the broker does not let the flow read, or only at a lower QoS than the flow wants."""
    refused, lowered = (mqtt.subscriptions.refused, mqtt.subscriptions.lowered) if mqtt is not None else ({}, {})
    found = [problem("subscription_refused", "", topic=topic) for topic in refused if _wanted(flow, topic) is not None]
    low = {topic: got for topic, got in lowered.items() if got < (_wanted(flow, topic) or 0)}
    return found + [problem("lower_qos", "", topic=topic, qos=got) for topic, got in low.items()]


def _wanted(flow: RunningFlow, topic: str) -> int | None:
    """The highest QoS at which the flow reads some of a filter that we hold at the broker; None: it reads nothing of it."""
    return max((qos for own, qos in flow.filters.items() if topic == own or matches(topic, own)), default=None)


def _cameras_away(site: Site) -> dict[str, str]:
    """Those of which a running flow wants pictures in vain, and why."""
    wanted = frozenset[str]().union(*(flow.cameras for flow in site.host.flows.values()))
    return {device: why for device, why in dict(site.cameras_away).items() if device in wanted}


def _counts(flow: RunningFlow, out: Outgoing) -> msgspec.Raw:
    """As JSON one by one: as objects, those of a thousand flows would be megabytes."""
    return msgspec.Raw(json_bytes({**flow.counts(), "effects": out.counts(flow.id)}))
