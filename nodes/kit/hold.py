"""The hold: something must be true for a while, or for several readings, before it counts; and it counts once.

`entered` once it has held, `cleared` once when it is over. Shared by every kind that turns readings into a state.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import Field

from nodes.kit.effect import Cancel, Emit, Timer, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Memory, Port, Said
from nodes.kit.params import Duration, Settable
from nodes.kit.problem import Problem

MOST_READINGS = 60
"""The largest `of`: the last readings are remembered as the bits of one number."""
ENTERED = Port("entered", {"ja": "超えた", "en": "entered"})
CLEARED = Port("cleared", {"ja": "戻った", "en": "cleared"})

HoldTime = Annotated[Duration, Settable, Field(alias="for")]
Times = Annotated[int, Settable, Field(ge=1, le=MOST_READINGS)]
LongestGap = Annotated[Duration, Settable, Field(gt=0)]
Already = Literal["fire", "wait"]


class HoldParams(Protocol):
    """The params that `Hold` reads (see nodes/kit/wording.py for what they mean)."""

    hold: int
    times: int
    of: int | None
    max_gap: int | None

    @property
    def already(self) -> Already: ...


class HoldMemory(Memory):
    """`since`: start of the running hold (ms, the key's clock), None while it is not met. `inside`: an `entered` was
    sent and no `cleared` yet. `recent`: of the last readings, newest in the lowest bit, which met it. `last`: time of
    the last reading, kept only where gaps count. `ready`: readings count (`already` = wait starts with False)."""

    said: ClassVar[Said] = {
        "en": {"since": "Holds since", "inside": "Told, and not back yet"},
        "ja": {"since": "成立した時刻", "inside": "通知済み(戻るまで)"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("since", "last")
    since: int | None = None
    inside: bool = False
    recent: int = 0
    last: int | None = None
    ready: bool = False


class Hold:
    """The rules of one node; what is remembered is in the `HoldMemory` that every call is given."""

    def __init__(self, params: HoldParams) -> None:
        self.length, self.times, self.gap = params.hold, params.times, params.max_gap
        self.mask = (1 << (params.of or params.times)) - 1
        self.waits = params.already == "wait"

    def on_reading(self, event: Event, met: bool, back: bool, memory: HoldMemory) -> Iterator[Yield]:
        """`met`: this reading meets the condition; `back`: it is far enough past it to end what was entered."""
        if self.gap is not None:
            yield from self._after_gap(event.time, self.gap, memory)
        if self.waits and not memory.ready:
            memory.ready = not met
            return
        if memory.inside:
            if back:
                memory.inside, memory.recent = False, 0
                yield Emit("cleared", event)
        elif self._enough(met, memory):
            yield from self._holding(event, memory)
        elif memory.since is not None:
            memory.since = None
            yield Cancel("hold")

    def quiet(self) -> Callable[[HoldMemory, bool, bool], bool | str | None] | None:
        """What `on_reading` does where it sets no timer and cancels none: the port by which the event leaves, whether memory
        changed where it does not, or None where it is needed itself. None altogether where gaps or the first reading count."""
        if self.gap is not None or self.waits:
            return None
        mask, times, length = self.mask, self.times, self.length

        def take(memory: HoldMemory, met: bool, back: bool) -> bool | str | None:
            if memory.inside:
                if not back:
                    return False
                memory.inside, memory.recent = False, 0
                return "cleared"
            recent = memory.recent if mask == 1 else (memory.recent << 1 | met) & mask
            enough = met if mask == 1 else recent.bit_count() >= times
            if enough != (memory.since is not None):
                if length or not enough:
                    return None
                memory.inside, memory.recent = True, recent
                return "entered"
            if mask == 1 or recent == memory.recent:
                return False
            memory.recent = recent
            return True

        return take

    def on_timer(self, event: Event, memory: HoldMemory) -> Iterator[Yield]:
        """The hold is over at `event.time`, unless nothing was heard for too long before."""
        memory.since = None
        if self.gap is not None and memory.last is not None and event.time - memory.last > self.gap:
            return
        memory.inside = True
        yield Emit("entered", event)

    @staticmethod
    def standing(memory: HoldMemory) -> str:
        return "entered" if memory.inside else "cleared" if memory.since is None else "waiting"

    def on_settings(self, memory: HoldMemory) -> Iterator[Yield]:
        """Another length: a running hold now ends at its start + the new length."""
        if memory.since is not None:
            yield Timer("hold", memory.since + self.length)

    def _after_gap(self, time: int, longest: int, memory: HoldMemory) -> Iterator[Yield]:
        last, memory.last = memory.last, time
        if last is not None and time - last > longest and not memory.inside:
            memory.recent = 0
            if memory.since is not None:
                memory.since = None
                yield Cancel("hold")

    def _enough(self, met: bool, memory: HoldMemory) -> bool:
        if self.mask == 1:
            return met
        memory.recent = (memory.recent << 1 | met) & self.mask
        return memory.recent.bit_count() >= self.times

    def _holding(self, event: Event, memory: HoldMemory) -> Iterator[Yield]:
        if memory.since is not None:
            return
        if not self.length:
            memory.inside = True
            yield Emit("entered", event)
            return
        memory.since = event.time
        yield Timer("hold", event.time + self.length)


def check_hold(params: HoldParams) -> Iterator[Problem]:
    """`of` counts at least as many readings as `times`."""
    if params.of is not None and params.of < params.times:
        fix = {"path": "/params/of", "value": params.times}
        yield Problem("out_of_range", "/params/of", args={"value": params.of, "min": params.times}, fix=fix)
