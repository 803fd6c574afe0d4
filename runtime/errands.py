"""What a person has a worker look up, try or answer, aside from what flows do by themselves."""

import json
import threading
from typing import Any

from nodes.kit.things import Registry
from runtime.connectors.broker import BrokerAddress, parse_broker
from runtime.connectors.browse import browse, leave, try_broker
from runtime.control import Control
from runtime.senders.command import command_of, cooldown_of
from runtime.senders.outcome import Outcome
from runtime.site import Site

FAULTS = "fleet/"
"""The only topics that the server may publish on without a registered command."""
TRY_LIFE = 10.0
"""Seconds for which a command that a person tries may wait."""
NO_BROKER = "no broker is configured"
Order = dict[str, Any]


def address_in(given: Order) -> BrokerAddress | str:
    """The broker that an order names, or what is wrong with it."""
    try:
        url, username, password = str(given.get("url") or ""), given.get("username"), given.get("password")
        whole = given.get("everything") is True
        return parse_broker(url, username=username, password=password, ca=given.get("ca"), everything=whole)
    except ValueError as bad:
        return str(bad)


class Errands:
    """`browse` and `try_broker` wait on the network. Each answers with a frame that carries the order's id."""

    def __init__(self, site: Site, control: Control) -> None:
        self._site, self._control = site, control

    def browse(self, order: Order) -> None:
        """The topics that messages come on for a while."""
        mqtt, id = self._site.mqtt, order.get("id")
        if mqtt is None:
            self.done(id, NO_BROKER)
            return
        seconds = order.get("seconds")
        wait = float(seconds) if isinstance(seconds, int | float) else 5.0
        rows, problem = browse(mqtt.address, str(order.get("filter") or "#"), wait, self._site.trusted)
        if problem is not None:
            self.done(id, problem)
        else:
            self._control.say({"t": "seen", "id": id, "topics": rows})

    def publish(self, order: Order) -> None:
        """A fault of a virtual device; with `retain` what the broker keeps for a fleet that starts later, such as which
        scenarios are on."""
        topic = self._topic(order)
        if topic is not None and order.get("retain") is True:
            threading.Thread(target=self._leave, args=(order, topic), name="leave", daemon=True).start()
        elif topic is not None:
            self._site.publish([(topic, _payload(order), order.get("id"))], self._published)

    def _leave(self, order: Order, topic: str) -> None:
        """Waits on the network."""
        mqtt = self._site.mqtt
        refused = leave(mqtt.address, topic, _payload(order), self._site.trusted) if mqtt else NO_BROKER
        self.done(order.get("id"), refused)

    def _topic(self, order: Order) -> str | None:
        topic = str(order.get("topic") or "")
        if topic.startswith(FAULTS) and not set(topic) & {"+", "#", "\0"}:
            return topic
        self.done(order.get("id"), "only topics of the virtual devices may be published on")
        return None

    def _published(self, ended: list[tuple[Any, str | None]]) -> None:
        for id, refused in ended:
            self.done(id, refused)

    def try_broker(self, order: Order) -> None:
        """Whether a broker takes us."""
        address = address_in(order)
        detail = address if isinstance(address, str) else try_broker(address, self._site.trusted)
        self.done(order.get("id"), detail)

    def command(self, order: Order, registry: Registry | None) -> None:
        """A person tries a command: the same way and the same limits as a flow's. On the host's thread."""
        id, device, name = order.get("id"), str(order.get("device")), str(order.get("command"))

        def done(outcome: Outcome) -> None:
            self.done(id, None if outcome.sent else outcome.detail or "not sent")

        found = command_of(registry, device, name)
        if isinstance(found, Outcome):
            done(found)
            return
        values, topic, cooldown = order.get("values") or {}, found.topic_of(device), cooldown_of(found)
        self._site.commands.put(f"{device}/{name}", topic, values, cooldown=cooldown, ttl=TRY_LIFE, report=done)
        self._site.commands.go()

    def approve(self, order: Order) -> None:
        """A person answered for one held command (runtime/approvals.py). On the host's thread."""
        held = self._site.host.outgoing.approvals
        flow, key, ok = str(order.get("flow")), str(order.get("key")), order.get("ok") is True
        problem = held.decide(flow, key, ok) if held is not None else "nothing is held here"
        if order.get("id") is not None:
            self.done(order.get("id"), problem)

    def done(self, id: Any, problem: str | None) -> None:
        """The order `id` is carried out, or why not."""
        self._control.say({"t": "done", "id": id, "ok": problem is None, "detail": problem or ""})


def _payload(order: Order) -> bytes:
    return json.dumps(order.get("data"), ensure_ascii=False).encode("utf-8", "replace")
