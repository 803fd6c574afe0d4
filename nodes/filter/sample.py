"""sample: thins out a stream of events by time or by number.

`every`: of each period, aligned on the clock of the flow's zone (10 minutes: :00, :10, ...; a day: midnight to
midnight), the last event is sent when the period ends, with that end as its time; the end itself belongs to the next
period. An event that a newer one of its period replaces goes to `rest`, with its own time. A period without events sends
nothing. (The first event of each stretch is what `cooldown` lets through.) `nth`: the first event and then every nth
goes to `out`, the others to `rest`. A changed `every` counts at once, for the event that waits too; a changed `nth`
from the last one that went out.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import Field

from nodes.kit.effect import Emit, Timer, Yield
from nodes.kit.event import Event
from nodes.kit.grid import window_of
from nodes.kit.kind import OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, NodeParams, Per, Settable
from nodes.kit.sample import REGISTRY
from nodes.kit.wording import PER, PER_LABEL

WORDS = {
    "ja": KindWords(
        label="間引き",
        summary="一定時間ごとに 1 件、または何件かに 1 件だけを通します。",
        description=(
            "「間隔」では、フローのタイムゾーンの時計に沿った期間(10 分なら毎時 0、10、20 分…、1 日なら 0 時から 0 時)ごとに、"
            "最後のイベントを期間の終わりに「通過」から送ります。時刻は期間の終わりになり、終わりちょうどのイベントは次の期間に"
            "入ります。同じ期間の新しいイベントに置き換えられたものは、元の時刻のまま「残り」へ送ります。イベントのない期間は何も"
            "送りません。期間の最初の 1 件を通すには「再通知の抑制」を使ってください。「件数」では、最初のイベントと、"
            "その後この件数ごとのイベントを「通過」へ、ほかは「残り」へ送ります。"
        ),
        labels={"every": "間隔", "nth": "件数", "per": PER_LABEL["ja"]},
        params={
            "every": "この長さの期間ごとに、最後の 1 件を送ります。",
            "nth": "何件に 1 件を通すか(2〜1,000,000)。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Sample",
        summary="Lets only one event pass in each period, or one in so many.",
        description=(
            "By time: of each period on the clock of the flow's zone (10 minutes: :00, :10, …; a day: midnight to "
            "midnight) the last event is sent on “out” when the period ends, with that end as its time. An event exactly "
            "at the end belongs to the next period. One that is replaced by a newer one of its period goes to “rest”, "
            "with its own time. A period without events sends nothing. To let the first of each stretch pass, use "
            "“Cooldown”. By number: of so many events each time the first goes to “out”, the others to “rest”."
        ),
        labels={"every": "Every", "nth": "One in", "per": PER_LABEL["en"]},
        params={
            "every": "How long a period is; its last event is sent at its end.",
            "nth": "Of how many events one passes (2 to 1,000,000).",
            "per": PER["en"],
        },
    ),
}


def _flow(name: str, params: dict[str, Any], test: dict[str, Any]) -> dict[str, Any]:
    return {
        "suiro": 1,
        "name": name,
        "nodes": [
            {"id": "room", "kind": "devices", "params": {"type": "room"}},
            {"id": "few", "kind": "sample", "from": ["room"], "params": params},
            {"id": "keep", "kind": "store", "from": ["few"], "params": {"fields": ["co2"]}},
            {"id": "others", "kind": "store", "from": ["few.rest"], "params": {"fields": ["co2"]}},
        ],
        "tests": [test],
    }


def _row(node: str, at: str, co2: float) -> dict[str, Any]:
    return {"node": node, "device": "room-1", "at": at, "within": "0s", "data": {"co2": co2}}


EXAMPLES = (
    Example(
        title={"ja": "1 分ごとに最後の値だけを記録する", "en": "Stores only the last value of each minute"},
        registry=REGISTRY,
        document=_flow(
            "1 分ごとの CO2 濃度",
            {"every": "1m"},
            {"name": "期間の終わりに最後の 1 件、ちょうどの値は次の期間",
             "given": [{"device": "room-1", "from": "20s", "every": "20s", "until": "100s",
                        "data": {"co2": {"from": 600, "to": 1000}}}],
             "until": "5m",
             "expect": [_row("others", "20s", 600), _row("keep", "60s", 700), _row("others", "60s", 800),
                        _row("others", "80s", 900), _row("keep", "120s", 1000)]},
        ),
    ),
    Example(
        title={"ja": "3 件に 1 件だけを記録する", "en": "Stores one reading in three"},
        registry=REGISTRY,
        document=_flow(
            "One reading in three",
            {"nth": 3},
            {"name": "the first and then every third passes",
             "given": [{"device": "room-1", "every": "10s", "until": "40s", "data": {"co2": {"from": 600, "to": 1000}}}],
             "expect": [_row("keep", "0s", 600), _row("others", "10s", 700), _row("others", "20s", 800),
                        _row("keep", "30s", 900), _row("others", "40s", 1000)]},
        ),
    ),
)  # fmt: skip


class SampleParams(NodeParams):
    every: Annotated[Duration, Field(gt=0), Settable] | None = None
    nth: Annotated[int, Field(ge=2, le=1_000_000), Settable] | None = None
    per: Per = "device"

    exactly_one = ("every", "nth")


class SampleMemory(Memory):
    """`held`: the last event of the running period, which lasts from `start` to `end` (ms). `left`: how many were left
    out since the last one that went out; None before the first."""

    said: ClassVar[Said] = {
        "en": {"left": "Left out since the last", "start": "Period from", "end": "Period until"},
        "ja": {"left": "前回から間引いた数", "start": "期間の開始", "end": "期間の終わり"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("start", "end")
    held: Event | None = None
    start: int = 0
    end: int = 0
    left: int | None = None


class Sample(Kind):
    id = "sample"
    group = "filter"
    icon = "list-filter"
    outputs = (Port(OUT.name, {"ja": "通過", "en": "out"}), Port("rest", {"ja": "残り", "en": "rest"}))
    Params = SampleParams
    Memory = SampleMemory
    words = WORDS
    phrases = (
        *phrases("en", "treat", "thin out | downsample | sample every | take a sample | take one every | only one every | "
                 "keep one every | one reading per | one value per | reduce to one per",
                 params={"every": "<every>", "per": "<per>"}),
        *phrases("en", "treat", "one out of every | one in every | only one in | only one out of",
                 params={"nth": "<number>", "per": "<per>"}),
        *phrases("ja", "treat", "間引 | サンプリング | ごとに 1 件だけ | ごとに1件だけ | ごとに一件だけ | ごとに最後の値",
                 params={"every": "<every>", "per": "<per>"}),
        *phrases("ja", "treat", "件に 1 件 | 件に1件 | 回に 1 回だけ | 回に1回だけ | 個に 1 個 | 個に1個",
                 params={"nth": "<number>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def on_event(self, event: Event, port: str, memory: SampleMemory) -> Iterator[Yield]:
        if self.params.nth is None:
            return self._hold(event, memory)
        passes = memory.left is None or memory.left + 1 >= self.params.nth
        memory.left = 0 if passes else (memory.left or 0) + 1
        return iter((Emit("out" if passes else "rest", event),))

    def on_timer(self, name: str, event: Event, memory: SampleMemory) -> Iterator[Yield]:
        return self._close(event, event.time, memory)

    def on_settings(self, before: SampleParams, memory: SampleMemory, now: int) -> Iterator[Yield]:
        """Another length moves the end of the period of the event that waits; without one it goes at once."""
        if memory.held is None:
            return
        if self.params.every is None:
            memory.end = now
        else:
            memory.start, memory.end = self._period(memory.held.time)
        yield Timer("end", memory.end)

    def _hold(self, event: Event, memory: SampleMemory) -> Iterator[Yield]:
        """Put `event` in place of the one that waits, whose period may be over."""
        if memory.held is not None and event.time >= memory.end:
            yield from self._close(event, memory.end, memory)
        if memory.held is not None:
            yield Emit("rest", _sent(memory.held, event, memory.held.time))
        if memory.held is None or event.time < memory.start:
            memory.start, memory.end = self._period(event.time)
            yield Timer("end", memory.end)
        memory.held = event

    def _close(self, event: Event, end: int, memory: SampleMemory) -> Iterator[Yield]:
        """Send the event that waits, because of `event`."""
        if memory.held is not None:
            yield Emit("out", _sent(memory.held, event, end))
            memory.held = None

    def _period(self, time: int) -> tuple[int, int]:
        return window_of(time, self.params.every, self.scope.zone)


def _sent(held: Event, because: Event, time: int) -> Event:
    """The event that waited, sent now: its cause is what makes it go, so that what it causes is not taken for what it
    caused when it came."""
    return msgspec.structs.replace(held, time=time, arrived=because.arrived, cause=because.cause)
