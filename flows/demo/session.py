"""One demo: a play, how fast it goes, where the story is, the sentence that was typed. Asked from several threads, one at a time."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from document.problems import has_errors, render
from document.validate import validate
from flows.demo.stage import Stage
from gallery.play import Play
from gallery.scenario import Scenario, Switch
from llm.compilation import Compilation
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem

SLOWEST, FASTEST = 1.0, 3600.0
WORK = 0.06
"""Seconds of work in one turn, after which the rest of the time that should have passed does not."""
LONGEST_TURN = 0.5
"""Seconds that may have passed between two turns; more (a machine that slept) are not made up for."""
MOST_RECORDED = 2_000
Clock = Callable[[], float]


class Wrong(Exception):
    """There is no such switch, step or command in this demo."""


class Demo:
    """`turn` lets time pass and gives a frame for those who look on; everything else is what the presenter does. Both give
    frames with a rising `seq`; `whole` is all there is to see, with the `seq` up to which it holds."""

    def __init__(
        self,
        scenario: Scenario,
        workspace: uuid.UUID,
        person: int,
        clock: Clock = time.monotonic,
        finished: dict[str, Any] | None = None,
    ) -> None:
        """`finished` is the scenario's own flow where its texts are not to be Japanese."""
        self.id = uuid.uuid4().hex
        self.scenario, self.workspace, self.person = scenario, workspace, person
        self.lock = threading.RLock()
        self.seq, self.run = 0, 0
        self.speed, self.paused, self.slowed = scenario.about.play.speed, False, False
        self.step: int | None = None
        self.typed: dict[str, Any] | None = None
        """The sentence that somebody typed and what came of it: `state` is writing, playing or refused."""
        self.shared = False
        self.records: list[dict[str, Any]] = []
        self._clock, self._reach, self._over = clock, 1.0, 0.0
        self._changed: set[str] = set()
        self.play: Play
        self.finished = finished or scenario.flow
        self._begin(self.finished)

    def _begin(self, document: dict[str, Any]) -> None:
        """From the start, with this flow and every fault off."""
        self.document = document
        self._before: Mapping[str, bytes] = self.play.pictures if self.run else {}
        """Pictures of the run before, which pages may be about to ask for."""
        own = self.scenario.flow
        self.play = Play(self.scenario, document, *(() if document is own else (own,)))
        self.stage = Stage(self.scenario, self.play, document)
        self.on: dict[str, bool] = {switch.key: False for switch in self.scenario.about.switches}
        self.run += 1
        self._over = 0.0
        self._look_ahead()
        self.record("start", flow=str(document.get("name") or ""), typed=self.is_typed)
        self._changed.add("whole")

    def _look_ahead(self) -> None:
        """The first readings are there before anybody looks."""
        periods = [device.period for device in self.play.devices.values()]
        cameras = [device.period for device in self.play.devices.values() if device.kind.camera]
        self._part = min(cameras) if cameras else 0
        """Ms of virtual time that are played in one go: pictures take their time."""
        self.stage.take(self.play.advance(min(periods, default=0)))

    # --- time ---------------------------------------------------------------------------------------------------

    def turn(self, passed: float) -> dict[str, Any] | None:
        """`passed` seconds of the wall clock went by. None where nobody has anything to hear."""
        with self.lock:
            if not self.paused:
                self._pass(min(passed, LONGEST_TURN) * self.speed * 1000, passed)
            return self._frame()

    def _pass(self, wanted: float, passed: float) -> None:
        """So many ms of virtual time, or as many as can be played in a turn's work."""
        wanted += self._over
        left, until = int(wanted), self._clock() + WORK
        while left > 0:
            left -= self._play(min(left, self._part or max(left // 8, 1)))
            if self._clock() >= until:
                break
        self._over = 0.0 if left > 0 else wanted - int(wanted)
        got = 1 - left / wanted if wanted >= 1 else 1.0
        self._reach += (got - self._reach) * min(1.0, passed * 2)
        slowed = self._reach < (0.9 if self.slowed else 0.8)
        if slowed != self.slowed:
            self.slowed = slowed
            self._changed.add("pace")

    def _play(self, milliseconds: int) -> int:
        for alert in self.stage.take(self.play.advance(milliseconds)):
            self._record_alert(alert)
        return milliseconds

    # --- what the presenter does --------------------------------------------------------------------------------

    def pause(self, on: bool) -> None:
        with self.lock:
            self.paused = on
            self._changed.add("pace")
            self.record("pause" if on else "go")

    def one_step(self) -> None:
        """What would pass in a second, at once; it stands still then."""
        with self.lock:
            self.paused = True
            self._changed.add("pace")
            left = int(self.speed * 1000)
            until = self._clock() + 10 * WORK
            while left > 0 and self._clock() < until:
                left -= self._play(min(left, self._part or left))

    def set_speed(self, speed: float) -> None:
        with self.lock:
            self.speed, self._reach = min(max(speed, SLOWEST), FASTEST), 1.0
            self.slowed = False
            self._changed.add("pace")
            self.record("speed", speed=self.speed)

    def switch(self, key: str, on: bool) -> None:
        """A fault goes on or off, from now on. Raises Wrong."""
        with self.lock:
            switch = self._switch(key)
            if self.on[key] == on:
                return
            self.play.switch(switch.device, switch.fault, on)
            self.on[key] = on
            self._changed.add("on")
            self.record("switch", key=key, device=switch.device, fault=switch.fault, on=on, label=self.label_of(switch))

    def tell(self, step: int | None) -> None:
        """Go to a step of the story; what goes with it is switched. Raises Wrong."""
        with self.lock:
            steps = self.scenario.about.steps
            if step is not None and not 0 <= step < len(steps):
                raise Wrong(step)
            self.step = step
            self._changed.add("step")
            if step is None:
                return
            self.record("step", title=steps[step].title)
            if steps[step].speed is not None:
                self.set_speed(steps[step].speed or SLOWEST)
            if steps[step].switch is not None:
                self.switch(steps[step].switch or "", steps[step].on)

    def approve(self, key: str) -> None:
        """A command that waits goes out. Raises Wrong."""
        with self.lock:
            try:
                happened = self.play.approve(key)
            except KeyError:
                raise Wrong(key) from None
            self.stage.take(happened)
            self.stage.approved(key)
            self.record("approve", key=key)

    def reset(self, finished: dict[str, Any] | None = None, *, typed: bool = True) -> None:
        """From the start, with the flow that plays; unless `typed`, with the finished one. `finished`: that from now on."""
        with self.lock:
            self.paused, self.step = False, None
            self.finished = finished or self.finished
            if not (typed and self.is_typed):
                self.typed = None
            self.record("reset")
            self._begin(self.document if self.is_typed else self.finished)

    # --- the sentence -------------------------------------------------------------------------------------------

    def writing(self, prompt: str, lang: str) -> None:
        """Somebody typed a sentence, and an author is at it."""
        with self.lock:
            self.typed = {"prompt": prompt, "lang": lang, "state": "writing", "problems": [], "author": ""}
            self._changed.add("typed")

    def written(self, compilation: Compilation, lang: str) -> None:
        """What came of it plays if it is sound; else the finished flow does."""
        with self.lock:
            document = compilation.document
            found: list[Problem] = [] if document is None else validate(
                document, full_catalog(), self.scenario.registry, lang=lang
            )  # fmt: skip
            sound = document is not None and not has_errors(found)
            said = [render(one, lang)["message"] for one in compilation.problems]
            self.typed = {
                **(self.typed or {}),
                "state": "playing" if sound else "refused",
                "problems": said[:5],
                "author": compilation.author,
            }
            self.record("sentence", prompt=self.typed.get("prompt", ""), lang=lang, sound=sound)
            self.paused, self.step = False, None
            self._begin(document if sound and document is not None else self.finished)

    def not_written(self, reason: str) -> None:
        """The author failed; what played goes on."""
        with self.lock:
            self.typed = {**(self.typed or {}), "state": "refused", "problems": [reason], "author": ""}
            self._changed.add("typed")

    @property
    def is_typed(self) -> bool:
        return self.typed is not None and self.typed["state"] == "playing"

    # --- what is told -------------------------------------------------------------------------------------------

    def say(self, *parts: str) -> None:
        """These parts of the state go out with the next frame."""
        with self.lock:
            self._changed.update(parts)

    def whole(self) -> dict[str, Any]:
        """What nobody has been told yet comes with the next frame, too: that does no harm."""
        with self.lock:
            return {"seq": self.seq, **self._state(), "document": self.document, **self.stage.whole()}

    def picture(self, sha256: str) -> bytes | None:
        with self.lock:
            return self.play.pictures.get(sha256) or self._before.get(sha256)

    def _frame(self) -> dict[str, Any] | None:
        if "whole" in self._changed:
            self._changed.clear()
            self.stage.news()
            self.seq += 1
            return {"t": "demo", "whole": self.whole()}
        news = self.stage.news()
        changed, self._changed = self._changed, set()
        if not changed and not news and self.paused:
            return None
        state = self._state()
        kept = {"now"} | ({"speed", "paused", "slowed", "pace"} if "pace" in changed else set()) | changed
        self.seq += 1
        return {"t": "demo", "seq": self.seq, **{name: state[name] for name in kept if name in state}, **news}

    def _state(self) -> dict[str, Any]:
        pace = round(self.speed * self._reach, 1) if self.slowed else self.speed
        return {
            "now": self.play.now,
            "start": self.play.start,
            "speed": self.speed,
            "pace": pace,
            "paused": self.paused,
            "slowed": self.slowed,
            "step": self.step,
            "on": dict(self.on),
            "typed": self.typed,
            "shared": self.shared,
            "run": self.run,
        }

    # --- what is kept for a report ------------------------------------------------------------------------------

    def record(self, what: str, **about: Any) -> None:
        if len(self.records) < MOST_RECORDED:
            self.records.append({"at": self.play.now, "run": self.run, "what": what, **about})

    def _record_alert(self, alert: dict[str, Any]) -> None:
        kept = ("node", "kind", "device", "said", "to", "command", "values", "pending", "key")
        about = {name: alert[name] for name in kept if name in alert}
        if len(self.records) < MOST_RECORDED:
            self.records.append({"at": alert["at"], "run": self.run, "what": "effect", **about})

    def label_of(self, switch: Switch) -> dict[str, str]:
        """What the switch is called: as the scenario says, else as the fault is."""
        device = self.scenario.fleet.device(switch.device)
        faults = self.scenario.fleet.type_of(device).faults if device else []
        own = next((fault.label for fault in faults if fault.id == switch.fault), {})
        return own | {str(lang): text for lang, text in switch.label.items()}

    def _switch(self, key: str) -> Switch:
        found = next((switch for switch in self.scenario.about.switches if switch.key == key), None)
        if found is None:
            raise Wrong(key)
        return found
