"""Everything of one process put together: broker connection, flows, and the ways out. Used by `run` and `worker`."""

import secrets
import threading
import time
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.plan import Plan
from nodes.kit.effect import Answer
from nodes.kit.problem import Problem
from runtime.addresses import Egress, allowed_networks
from runtime.approvals import Approvals, Tell
from runtime.carrier import Carrier, Locally
from runtime.clock import WallClock
from runtime.connectors.broker import BrokerAddress
from runtime.connectors.client import Message, Told
from runtime.connectors.mqtt import Health, Mqtt
from runtime.host import ALIVE, Host, Listener
from runtime.inference.asks import Asks
from runtime.inference.hiding import Hiding
from runtime.inference.local import Local
from runtime.inference.model_folder import NO_MODELS, Found, model_files
from runtime.inference.onnx import Sessions
from runtime.inference.reader import READING, Reader
from runtime.inference.shelf import Shelf
from runtime.inference.spending import Spending
from runtime.inference.tallies import Tallies
from runtime.inference.used import unusable_models
from runtime.library.shelf import Library
from runtime.looking import look
from runtime.mailbox import Mailbox
from runtime.optimise.answers import OPTIMISERS
from runtime.picture_intake import Hide, PictureIntake, kept
from runtime.picture_store import PictureStore
from runtime.senders.command import Commands
from runtime.senders.outlets import Outlets
from runtime.snoozes import Snoozes
from runtime.snoozes import Tell as TellSnoozed
from runtime.store import Store

if TYPE_CHECKING:
    from runtime.connectors.camera import Cameras

DRAIN = 5.0
"""Seconds that effects on their way get when the process is asked to end."""


class Site:
    """`store` None: nothing is kept, the session at the broker ends with us. `held` is told of commands that wait for a
    person; without it none does. `snoozed` is told of what people have snoozed; without it nothing is. `on_health` and `on_gap` are called on the
    connection's thread. Pictures are in a folder of `files`, or in memory; models too, beside `models`, which this machine's operator gives. `cameras` are addresses by device, also from the operator; `pages` is where people see the server's pages. Raises ValueError when SUIRO_EGRESS_ALLOW cannot be read."""

    def __init__(
        self,
        listener: Listener,
        *,
        store: Store | None = None,
        inbox: Locally | None = None,
        stored: Locally | None = None,
        held: Tell | None = None,
        snoozed: TellSnoozed | None = None,
        on_health: Callable[[Health], None] = lambda health: None,
        on_gap: Callable[[int, int], None] = lambda begin, end: None,
        models: Found = NO_MODELS,
        files: Path | None = None,
        cameras: dict[str, str] | None = None,
        pages: str = "",
    ) -> None:
        allow = allowed_networks()
        open_to, self.trusted = Egress(allow), Egress(allow, trusted=True)
        self.store, self.clock, self.mailbox = store, WallClock(), Mailbox()
        self._on_health, self._on_gap = on_health, on_gap
        self._topics: dict[str, int] = {}
        self.mqtt: Mqtt | None = None
        self.outlets = Outlets(open_to, self.trusted)
        self._models = models
        self.pictures = PictureStore(files / "pictures" if files is not None else None)
        self.local = Local(Sessions(model_files(files, models)), self.pictures.get)
        self._cameras = cameras or {}
        self.reader = Reader(self.pictures.get)
        self.hide: Hide = Hiding(self.reader)
        self.spending = Spending(self.clock.now)
        self.shelf = Shelf(self.local, files / "models" if files is not None else None, Tallies(self.clock.now))
        self.library = Library(files / "documents" if files is not None else None)
        answering = {**OPTIMISERS, READING: self.reader.ask}
        known = (models.models, self.shelf, answering, self.library, self.spending)
        self.asks = Asks(open_to, self.trusted, self.local, self._take, *known)
        self.commands = Commands(self.publish)
        self.host = Host(mailbox=self.mailbox, clock=self.clock, listener=listener, on_topics=self._want, store=store)
        self.picture_intake = PictureIntake(self.pictures, lambda: self.host.post(_nothing), self.clock.now, self.hide)
        self.host.intake.pictures = self.picture_intake
        if store is not None:
            self.host.subscribed = lambda: self.mqtt is not None and self.mqtt.subscribed.is_set()
        approvals = self.host.outgoing.approvals = Approvals(self.clock.now, held) if held else None
        self.snoozes = Snoozes(self.clock.now, snoozed) if snoozed else None
        ways = {"inbox": inbox, "store": stored}
        note = self.host.outgoing.attempts.note
        self.host.outgoing.carrier = Carrier(
            self.outlets,
            self.commands,
            self.asks,
            **ways,
            approvals=approvals,
            snoozes=self.snoozes,
            on_tried=note,
            pages=pages,
        )

    def connect(self, address: BrokerAddress) -> None:
        """Use this broker from now on; the same one again only ends a pause. Before the host starts, or on its thread."""
        if self.mqtt is not None and self.mqtt.address == address:
            self.mqtt.again()
            return
        if self.mqtt is not None:
            self.mqtt.stop()
            self._remember(self.mqtt)
        self.mqtt = mqtt = Mqtt(
            address,
            client_id=self._client_id(),
            egress=self.trusted,
            mailbox=self.mailbox,
            lasting=self.store is not None,
            held=self._held(address),
            read=self._read(address),
            seen=self._seen(address),
            lines=self._lines(address),
            now=self.clock.now,
            on_change=lambda health: self._health_changed(mqtt, health),
            on_gap=self._on_gap,
            on_lines=partial(self._lines_changed, address),
            on_dropped=lambda topics: self.host.post(lambda: self.host.intake.dropped(topics)),
        )
        self.mqtt.want(self._topics)
        self.mqtt.start()

    def publish(self, messages: list[Message], told: Told) -> None:
        """As `Mqtt.publish`."""
        if self.mqtt is not None:
            self.mqtt.publish(messages, told)
        else:
            told([(tag, "no broker is configured") for _, _, tag in messages])

    @cached_property
    def cameras(self) -> "Cameras":
        """Loaded with the HTTP client behind it when a flow asks for the first picture."""
        from runtime.connectors.camera import Cameras

        return Cameras(self._cameras, self.trusted, lambda data, blur: kept(data, self.pictures, blur, self.hide))

    @property
    def cameras_away(self) -> dict[str, str]:
        """As `Cameras.away`; loads nothing where no flow has asked for a picture."""
        return self.cameras.away if "cameras" in vars(self) else {}

    def _take(self, device: str, timeout: float, blur: tuple[str, ...]) -> Answer:
        return self.cameras.take(device, timeout, blur)

    def unusable(self, plan: Plan) -> list[Problem]:
        """What is wrong with the models of this machine that a flow asks."""
        return unusable_models(plan, self.local, self._models, self.shelf)

    def look(self, order: dict[str, Any]) -> dict[str, Any]:
        """What somebody who looks at a kept picture sees (runtime/looking.py)."""
        return look(self.pictures, order)

    def _health_changed(self, mqtt: Mqtt, health: Health) -> None:
        self.host.post(partial(self._remember, mqtt))
        self._on_health(health)

    def _want(self, topics: dict[str, int]) -> None:
        self._topics = topics
        if self.mqtt is not None:
            self.mqtt.want(topics)

    def _client_id(self) -> str:
        """Ours alone: of the store for ever, of a visit at random."""
        return f"suiro-{self.store.id[:16] if self.store else secrets.token_hex(8)}"

    def _held(self, address: BrokerAddress) -> dict[str, int]:
        """What this store's session held at that broker when we last left or changed it."""
        held = self.store.fact(f"held {address.shown}") if self.store else None
        return held if isinstance(held, dict) else {}

    def _read(self, address: BrokerAddress) -> list[str] | None:
        """What was read of that broker then."""
        read = self.store.fact(f"read {address.shown}") if self.store else None
        return read if isinstance(read, list) else None

    def _lines(self, address: BrokerAddress) -> list[int]:
        """The connections to that broker whose messages it may send again."""
        lines = self.store.fact(f"lines {address.shown}") if self.store else None
        return lines if isinstance(lines, list) else []

    def _lines_changed(self, address: BrokerAddress, lines: list[int]) -> None:
        """On any thread. The host does what is posted before it looks at messages that came later."""
        if (store := self.store) is not None:
            self.host.post(lambda: store.remember(f"lines {address.shown}", lines))

    def _seen(self, address: BrokerAddress) -> int | None:
        """When an earlier run was last connected to that broker (ms): as it said, else when it was last alive."""
        seen = (self.store.fact(f"seen {address.shown}") or self.store.fact(ALIVE)) if self.store else None
        return int(seen) if isinstance(seen, int) else None

    def _remember(self, mqtt: Mqtt) -> None:
        """On the host's thread: what the session at the broker holds, and when something last came through it, where it is away."""
        if self.store is None:
            return
        shown, reading = mqtt.address.shown, mqtt.subscriptions
        seen = None if mqtt.health.connected else mqtt.heard
        for name, now in (("held", reading.held), ("read", reading.read), ("seen", seen)):
            if self.store.fact(f"{name} {shown}") != now:
                self.store.remember(f"{name} {shown}", now)

    def fence(self) -> None:
        """Take no messages and send nothing any more; what was not sent stays in the outbox. May wait for the broker."""
        if self.mqtt is not None:
            self.mqtt.stop()
        self.picture_intake.stop()
        self.commands.stop(0.0)
        self.outlets.stop(0.0)
        self.shelf.stop()
        self.library.stop()
        self.asks.stop()

    def drain(self, seconds: float = DRAIN) -> None:
        """Give effects on their way up to `seconds`; what is not out then stays in the outbox, or is told as not sent.
        A visit takes no new messages from here on."""
        end = time.monotonic() + seconds
        if self.store is None:
            self.host.post(lambda: self._want({}))
        while time.monotonic() < end and self._busy(end):
            time.sleep(0.02)
        self.commands.stop(max(0.0, end - time.monotonic()))
        self.outlets.stop(max(0.0, end - time.monotonic()))
        self.picture_intake.stop()
        self.shelf.stop()
        self.library.stop()
        self.asks.stop()
        self._busy(time.monotonic() + 1.0)

    def stop(self, drain: float = DRAIN) -> None:
        """Drain and leave."""
        self.drain(drain)
        if self.mqtt is not None:
            self.host.post(partial(self._remember, self.mqtt))
        self.host.stop()
        if self.mqtt is not None:
            self.mqtt.stop()
        if self.store is not None:
            self.store.close()

    def _busy(self, end: float) -> bool:
        """Whether something is still on its way, after the round that runs now is over."""
        for _ in range(2):
            passed = threading.Event()
            self.host.post(passed.set)
            passed.wait(max(0.0, end - time.monotonic()))
        return bool(len(self.mailbox) or self.mailbox.orders or self.outlets.pending or self.commands.pending)


def _nothing() -> None:
    """Only to wake the flows' thread."""
