"""A flow to which nothing happens gives engine and plan back, 20 KB, and keeps them as text until somebody needs them."""

import json
import zlib
from typing import Any

import msgspec

from engine.engine import Engine
from engine.fates import Trace
from nodes.kit.event import Event

LARGEST = 16 * 1024
"""Bytes of a deploy up to which its flow may rest: waking it (reading that again and building the plan) takes a few
milliseconds, for which the other flows wait."""
MOST_KEYS = 1_000
"""Keys of memory up to which a flow may rest, for the same reason."""


class Rest(msgspec.Struct, frozen=True):
    """What is kept of an engine: `memory` is its snapshot, `counts` what people see; `last` by wire and `traces` are what
    somebody who looks at the flow wants to see again."""

    memory: dict[str, Any]
    counts: dict[str, Any]
    last: list[tuple[str, str, Event]]
    traces: list[Trace]


def may_rest(engine: Engine) -> bool:
    """Whether nothing happens by itself, and nothing that is on its way would come back to it."""
    return engine.idle and engine.tap is None and not engine.patient and sum(map(len, engine.slots)) <= MOST_KEYS


def rested(engine: Engine) -> bytes | None:
    """The engine as packed text; None where it holds a number that is none, which JSON would not bring back."""
    last = [(node, port, engine.last_on((node, port))) for node, port in list(engine.last)]
    rest = Rest(engine.snapshot(), msgspec.to_builtins(engine.counts), last, list(engine.traces.recent))
    try:
        written = json.dumps(msgspec.to_builtins(rest), allow_nan=False)
    except ValueError:
        return None
    return zlib.compress(written.encode("ascii"))


def read(packed: bytes) -> Rest:
    """What `rested` packed."""
    return msgspec.convert(json.loads(zlib.decompress(packed)), Rest)


def refresh(engine: Engine, rest: Rest) -> None:
    """Give an engine that was made from `rest.memory` the rest."""
    for node, port, event in rest.last:
        engine.last[node, port] = event
    engine.traces.remember(rest.traces)
