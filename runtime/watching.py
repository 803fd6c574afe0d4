"""The last values of every registered device, read by the same sources that flows use."""

import time
from collections import OrderedDict
from typing import Any

from document.registry import load_registry
from engine.clock import format_time
from engine.fates import shortened
from nodes.kit.catalog import Catalog
from nodes.kit.event import Event
from nodes.kit.picture import sha256_of
from runtime.deploy import Deploy
from runtime.running import NotSound, RunningFlow, sound_plan
from runtime.thumbnails import Thumbnails

EVERY, LARGE = 0.2, 200
"""Seconds between two frames of values, at least; where a frame holds more devices than that, longer in proportion."""
SOURCE = "devices"
MOST_TYPES = 500
MOST_RAW = 32 << 20
"""Characters of pictures that no flow reads, which are held in case somebody wants to draw over one."""


class Watch:
    """One flow of sources only, one per device type that has a topic. On the host's thread. `thumbnails` hears of
    the pictures that devices send."""

    def __init__(
        self, registry: dict[str, Any], catalog: Catalog, now: int, thumbnails: Thumbnails | None = None
    ) -> None:
        self._thumbnails = thumbnails
        self.registry, _ = load_registry(registry)
        self.flow: RunningFlow | None = None
        self._since = now
        self._values: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()
        self._raw: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._raw_size = 0
        self._next = 0.0
        types = [id for id, known in self.registry.types.items() if known.topic and self.registry.of_type(id)]
        self._types = {f"t{index}": id for index, id in enumerate(types[:MOST_TYPES])}
        self._images = {
            node: {field.name for field in self.registry.types[id].fields if field.type == "image"}
            for node, id in self._types.items()
        }
        nodes = [{"id": node, "kind": SOURCE, "params": {"type": id}} for node, id in self._types.items()]
        if nodes:
            document = {"suiro": 1, "name": "watch", "delivery": "fast", "nodes": nodes}
            deploy = Deploy(flow="watch", document=document, registry=registry)
            try:
                self.flow = RunningFlow(deploy, sound_plan(deploy, catalog), now)
            except NotSound:
                return
            self.flow.engine.tap = self._see

    def _see(self, node: str, port: str, event: Event) -> None:
        if event.device is None:
            return
        value = self._values.setdefault(event.device, {"time": "", "data": {}})
        value["time"] = format_time(event.time)
        raw = {name for name in self._images[node] if isinstance(event.data.get(name), str)}
        for name in self._images[node] & event.data.keys():
            self._hold((event.device, name), event.data[name] if name in raw else "")
        seen = {name: given for name, given in event.data.items() if name not in raw}
        value["data"] = {**value["data"], **shortened(seen)}
        self._changed.add(event.device)
        for name, given in event.data.items():
            if self._thumbnails is not None and (sha256 := sha256_of(given)) is not None:
                self._thumbnails.saw(event.device, name, sha256, event.time)

    def heard(self) -> dict[str, Any]:
        """How many events came of each device type, and since when (ms). Of messages of one topic that come within a moment
        only the newest counts: above a few a second it is less than there were."""
        if self.flow is None:
            return {}
        counts = self.flow.engine.counts.sources
        return {"since": self._since, "types": {type: counts[node].received for node, type in self._types.items()}}

    def _hold(self, key: tuple[str, str], picture: str) -> None:
        self._raw_size += len(picture) - len(self._raw.pop(key, ""))
        if picture:
            self._raw[key] = picture
        while self._raw_size > MOST_RAW:
            self._raw_size -= len(self._raw.popitem(last=False)[1])

    def picture(self, device: str, field: str) -> Any:
        """What the device sent last in this field: a handle where a flow reads it, else base64 text; None for nothing.
        On any thread."""
        raw = self._raw.get((device, field))
        return raw if raw is not None else self._values.get(device, {"data": {}})["data"].get(field)

    def tell_all(self) -> None:
        """A new listener has seen nothing yet."""
        if self._thumbnails is not None:
            self._thumbnails.tell_all()
        self._changed.update(self._values)
        self._next = 0.0

    def frame(self) -> dict[str, Any]:
        """Devices with new values, at most every EVERY seconds; empty otherwise."""
        now = time.monotonic()
        if not self._changed or now < self._next:
            return {}
        self._next = now + EVERY * max(1, len(self._changed) / LARGE)
        changed, self._changed = self._changed, set()
        return {"devices": {device: self._values[device] for device in changed}}
