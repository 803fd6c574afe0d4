"""What replacing a table's rows would change: rows by their key, columns by their name."""

from typing import Any, NamedTuple

from nodes.kit.things import cell_key

Entry = dict[str, Any]
MOST_SHOWN = 8


class Changes(NamedTuple):
    """`examples` of rows by what becomes of them; a changed row's `cells` have `before` and `after`."""

    added: int
    changed: int
    removed: int
    same: int
    new_columns: list[str]
    gone_columns: list[str]
    other_columns: list[str]
    key: tuple[str, str] | None
    examples: dict[str, list[Entry]]

    def any(self) -> bool:
        """Whether anything changes at all."""
        columns = self.new_columns or self.gone_columns or self.other_columns
        return bool(self.added or self.changed or self.removed or columns or self.key)


def changes(before: Entry, after: Entry) -> Changes:
    """From one entry of registry.json to another of the same table. A row that a column was added to or taken from is
    not changed by that."""
    old, new = _by_key(before), _by_key(after)
    facts = [{column["name"]: column for column in entry["columns"]} for entry in (before, after)]
    shared = [name for name in facts[1] if name in facts[0]]
    changed = {key: cells for key in new if key in old and (cells := _differing(old[key], new[key], shared))}
    added, removed = [key for key in new if key not in old], [key for key in old if key not in new]
    return Changes(
        added=len(added),
        changed=len(changed),
        removed=len(removed),
        same=len(new) - len(added) - len(changed),
        new_columns=[name for name in facts[1] if name not in facts[0]],
        gone_columns=[name for name in facts[0] if name not in facts[1]],
        other_columns=[name for name in shared if facts[0][name] != facts[1][name]],
        key=(before["key"], after["key"]) if before["key"] != after["key"] else None,
        examples={
            "added": [_shown(new[key], after) for key in added[:MOST_SHOWN]],
            "changed": [{"key": new[key][after["key"]], "cells": changed[key]} for key in list(changed)[:MOST_SHOWN]],
            "removed": [_shown(old[key], before) for key in removed[:MOST_SHOWN]],
        },
    )


def _by_key(entry: Entry) -> dict[Any, Entry]:
    names = [column["name"] for column in entry["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in entry.get("rows", [])]
    return {cell_key(row[entry["key"]]): row for row in rows}


def _differing(old: Entry, new: Entry, shared: list[str]) -> list[Entry]:
    return [{"name": n, "before": old[n], "after": new[n]} for n in shared if _differ(old[n], new[n])]


def _differ(one: Any, other: Any) -> bool:
    return bool(one != other) or isinstance(one, bool) != isinstance(other, bool)


def _shown(row: Entry, entry: Entry) -> Entry:
    others = [{"name": name, "value": value} for name, value in row.items() if name != entry["key"]]
    return {"key": row[entry["key"]], "cells": others}
