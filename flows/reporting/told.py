"""What is known of what a flow did, wherever it ran. Times are ms since 1970."""

from typing import Any

import msgspec

from nodes.kit.things import Registry, Words


class Act(msgspec.Struct, frozen=True):
    """One action: a notice has `to` and `text`, a command `device`, `command` and `values`. `done` is when it was carried out,
    `acked` when somebody saw the notice or answered for the command; None: not, or not known. `failed`: it was given up. `waiting`: a
    person has not approved the command, so it did not go out."""

    at: int
    node: str
    device: str | None = None
    to: str | None = None
    text: str | None = None
    command: str | None = None
    values: dict[str, Any] = {}
    done: int | None = None
    acked: int | None = None
    failed: bool = False
    waiting: bool = False


class Drawn(msgspec.Struct, frozen=True):
    """A series worth a chart: (ms, value) of a device's field."""

    device: str
    label: Words
    unit: str
    points: list[tuple[int, float]]


class Told(msgspec.Struct, frozen=True):
    """What happened from `start` to `until`. `counts`: by node, how often it acted or kept a row, those that are not listed in
    `acts` too. `devices` are those that it watches; `after_fault` how long (ms) after a fault was switched on it acted, where
    somebody switched one. `older` actions are only counted, not kept one by one. `reckoned`: counts of nodes by which savings are
    reckoned, where those of `document` are not enough. `zone`: of the times on the page, where it is not the workspace's."""

    document: dict[str, Any]
    registry: Registry
    start: int
    until: int
    acts: list[Act]
    counts: dict[str, int]
    devices: list[str]
    drawn: list[Drawn] = []
    version: int | None = None
    after_fault: list[int] = []
    older: int = 0
    reckoned: dict[str, int] = {}
    zone: str = ""
