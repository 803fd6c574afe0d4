"""What changed between two documents, as data and in words."""

import json
from typing import Any

from document.pointer import pointer
from document.words.changes import CHANGES
from document.words.code import fill

Change = dict[str, Any]
"""{"change": one of words/changes.py, "path": where in the later document (removed: in the earlier), "id", "key",
"before", "after"}: what does not apply is absent. JSON through and through."""

TOP = ("name", "description", "time_zone", "delivery")
OF_NODE = ("kind", "label", "off", "time_zone", "from")


def diff(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The changes that lead from one document to the other; layout and notes count as no change."""
    changes: list[Change] = []
    for key in TOP:
        changes += _changed("document", (key,), before, after, key)
    changes += _settings(before.get("settings") or {}, after.get("settings") or {})
    changes += _nodes(before.get("nodes") or [], after.get("nodes") or [])
    changes += _tests(before.get("tests") or [], after.get("tests") or [])
    return changes


def describe(change: Change, lang: str) -> str:
    """One sentence in `lang` for one change."""
    entry = CHANGES[change["change"]]
    shown: dict[str, Any] = {name: _shown(change[name]) for name in ("before", "after") if name in change}
    return fill(entry.get(lang, entry["en"]), {**change, **shown}, lang)


def _nodes(before: list[Any], after: list[Any]) -> list[Change]:
    old = {node["id"]: (index, node) for index, node in enumerate(before)}
    new = {node["id"]: (index, node) for index, node in enumerate(after)}
    changes = [
        _of("node_removed", ("nodes", old[id][0]), id=id, kind=old[id][1]["kind"]) for id in old if id not in new
    ]
    for id, (index, node) in new.items():
        if id not in old:
            changes.append(_of("node_added", ("nodes", index), id=id, kind=node["kind"]))
            continue
        earlier = old[id][1]
        for key in OF_NODE:
            changes += _changed("node", ("nodes", index, key), earlier, node, key, id=id)
        params, given = earlier.get("params") or {}, node.get("params") or {}
        for key in dict.fromkeys((*params, *given)):
            changes += _changed("param", ("nodes", index, "params", key), params, given, key, id=id)
    return changes


def _settings(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    changes = [_of("setting_removed", ("settings", name), id=name) for name in before if name not in after]
    for name, setting in after.items():
        if name not in before:
            changes.append(_of("setting_added", ("settings", name), id=name, after=_value(setting)))
            continue
        if _value(before[name]) != _value(setting):
            told = {"before": _value(before[name]), "after": _value(setting)}
            changes.append(_of("setting_changed", ("settings", name, "value"), id=name, **told))
        for key in ("label", "assumed", "help"):
            if before[name].get(key) != setting.get(key):
                changes.append(_of("setting_described", ("settings", name, key), id=name, key=key))
    return changes


def _tests(before: list[Any], after: list[Any]) -> list[Change]:
    old = {test["name"]: test for test in before}
    new = {test["name"]: test for test in after}
    changes = [_of("test_removed", ("tests",), id=name) for name in old if name not in new]
    for index, (name, test) in enumerate(new.items()):
        if name not in old:
            changes.append(_of("test_added", ("tests", index), id=name))
        elif old[name] != test:
            changes.append(_of("test_changed", ("tests", index), id=name))
    return changes


def _changed(what: str, path: tuple[str | int, ...], old: Any, new: Any, key: str, **more: Any) -> list[Change]:
    """One value that was added, removed or changed."""
    if key in old and key in new and old[key] == new[key] and isinstance(old[key], bool) == isinstance(new[key], bool):
        return []
    if key not in old and key not in new:
        return []
    told = {"key": key, **more}
    if key in old:
        told["before"] = old[key]
    if key in new:
        told["after"] = new[key]
    how = "changed" if key in old and key in new else "removed" if key in old else "added"
    return [_of(f"{what}_{how}" if what != "node" else f"node_key_{how}", path, **told)]


def _of(change: str, path: tuple[str | int, ...], **more: Any) -> Change:
    return {"change": change, "path": pointer(path), **more}


def _value(setting: dict[str, Any]) -> Any:
    """A setting's value with its unit, as a person writes it."""
    value, unit = setting.get("value"), setting.get("unit")
    return f"{_shown(value)} {unit}" if unit else value


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
