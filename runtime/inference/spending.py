"""What questions to language models have taken today, and whether one more is within its budget.

A budget is of a flow or of the workspace: calls in a minute of the clock, tokens and money in a day of the workspace's time
zone. It is looked at right before a call; tokens and money are known afterwards, so at most the calls that are under way then
go beyond it. Each worker counts its own calls.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from runtime.inference.use import Use

MINUTE = 60_000
WORKSPACE = ""
"""Stands for the whole workspace where a flow's id is meant."""
Refusal = tuple[str, int | float]
"""Which limit is reached, such as `flow_calls` or `workspace_money`, and what it is."""


class Limits(msgspec.Struct, frozen=True):
    """`calls` a minute, `tokens` and `money` a day; None: no limit. 0 allows nothing."""

    calls: int | None = None
    tokens: int | None = None
    money: float | None = None


class Budgets(msgspec.Struct, frozen=True):
    """As the server sends them. `flows` by id, WORKSPACE for all of them together; `prices` by model: money for a million
    tokens in and out."""

    zone: str = "UTC"
    limits: dict[str, Limits] = {}
    prices: dict[str, tuple[float, float]] = {}


class Spent(msgspec.Struct):
    """Of one flow and model since the day began."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money: float = 0.0


class _Kept(msgspec.Struct):
    day: str = ""
    minute: int = 0
    calls: dict[str, int] = {}
    spent: dict[str, dict[str, Spent]] = {}


class Spending:
    """May be used from several threads. `now` is the wall clock (ms)."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now, self._lock = now, threading.Lock()
        self.beside: Callable[[str, Use], None] = lambda flow, use: None
        """Hears, on some thread, what a flow spent on more than its own questions."""
        self.budgets = Budgets()
        self._kept = _Kept()
        self.changed = False
        """Something was spent since `dump`."""

    def put(self, budgets: Any) -> None:
        """What the server said last; what cannot be read leaves things as they are."""
        try:
            read = msgspec.convert(budgets, Budgets)
            ZoneInfo(read.zone)
        except (msgspec.ValidationError, ValueError, OSError):
            return
        with self._lock:
            self.budgets = read

    def take(self, flow: str, model: str) -> Refusal | None:
        """Count one call, or say which limit does not allow it."""
        with self._lock:
            self._turn()
            refusal = self._refusal("flow", flow) or self._refusal("workspace", WORKSPACE)
            if refusal is None:
                self._call(flow, model, 1)
            return refusal

    def add(self, flow: str, use: Use) -> None:
        """A question was answered: what it took counts, and its cost is known."""
        with self._lock:
            self._turn()
            self._call(flow, use.model, max(0, use.calls - 1))
            price = self.budgets.prices.get(use.model)
            if price is not None:
                use.cost = (use.tokens_in * price[0] + use.tokens_out * price[1]) / 1_000_000
            spent = self._of(flow, use.model)
            spent.tokens_in += use.tokens_in
            spent.tokens_out += use.tokens_out
            spent.money += use.cost or 0.0

    def add_beside(self, flow: str, use: Use) -> None:
        """The same of what is no question of a node: nobody else tells of it."""
        self.add(flow, use)
        self.beside(flow, use)

    def dump(self) -> Any:
        """To be kept over a restart."""
        with self._lock:
            self.changed = False
            return msgspec.to_builtins(self._kept)

    def load(self, kept: Any) -> None:
        """What `dump` gave."""
        try:
            read = msgspec.convert(kept, _Kept)
        except msgspec.ValidationError:
            return
        with self._lock:
            self._kept = read

    def _turn(self) -> None:
        now, kept = self._now(), self._kept
        day = datetime.fromtimestamp(now / 1000, ZoneInfo(self.budgets.zone)).date().isoformat()
        if day != kept.day:
            kept.day, kept.spent = day, {}
        if now // MINUTE != kept.minute:
            kept.minute, kept.calls = now // MINUTE, {}
        self.changed = True

    def _call(self, flow: str, model: str, calls: int) -> None:
        self._of(flow, model).calls += calls
        for whose in (flow, WORKSPACE):
            self._kept.calls[whose] = self._kept.calls.get(whose, 0) + calls

    def _of(self, flow: str, model: str) -> Spent:
        return self._kept.spent.setdefault(flow, {}).setdefault(model, Spent())

    def _refusal(self, word: str, whose: str) -> Refusal | None:
        limits = self.budgets.limits.get(whose)
        if limits is None:
            return None
        if limits.calls is not None and self._kept.calls.get(whose, 0) >= limits.calls:
            return f"{word}_calls", limits.calls
        flows = self._kept.spent.values() if whose == WORKSPACE else [self._kept.spent.get(whose, {})]
        spent = [one for models in flows for one in models.values()]
        if limits.tokens is not None and sum(one.tokens_in + one.tokens_out for one in spent) >= limits.tokens:
            return f"{word}_tokens", limits.tokens
        if limits.money is not None and sum(one.money for one in spent) >= limits.money:
            return f"{word}_money", limits.money
        return None
