"""Since when devices have said the same of what is not measured: a lamp's colour, open or closed, a state.

From what the server heard: a change that nobody heard is not told, and after a restart it is unknown until the next one.
"""

from typing import Any

MOST_LETTERS = 200
"""Of a text that may be a state; longer ones are readings."""


def with_since(before: dict[str, Any], devices: dict[str, Any]) -> dict[str, Any]:
    """`devices` by id, each with `time` (ms) and `data`; now also with `states`, what each state was last, and `since`, the
    ms at which it became that. A state that nobody saw change is not in `since`.

    `before`: the same of what was known already.
    """
    return {id: _since(before.get(id) or {}, entry) for id, entry in devices.items()}


def _since(before: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    time, data = entry.get("time"), entry.get("data")
    if not isinstance(time, int) or not isinstance(data, dict):
        return entry
    known, now = before.get("states") or {}, {name: value for name, value in data.items() if _is_state(value)}
    changed = {name: time for name, value in now.items() if known.get(name, value) != value}
    told = {"states": {**known, **now}, "since": {**(before.get("since") or {}), **changed}}
    return {**entry, **{name: found for name, found in told.items() if found}}


def _is_state(value: Any) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and len(value) <= MOST_LETTERS)
