"""A document in words, made from the document alone: it can name nothing that is not there."""

from typing import Any

from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry, spoken

_JOINT = {"ja": "、", "en": ", "}
_AFTER = {"ja": "{sources} のあと: ", "en": "after {sources}: "}


def explain(document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str) -> str:
    """One line for each node in document order, with what it is called, what it does and after what."""
    settings = document.get("settings") or {}
    lines = [_line(node, catalog, registry, lang, settings) for node in document.get("nodes", [])]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _line(node: dict[str, Any], catalog: Catalog, registry: Registry, lang: str, settings: dict[str, Any]) -> str:
    kind = catalog.get(node["kind"])
    words = kind.words.get(lang) if kind else None
    label = words.label if words else node["kind"]
    labels = words.labels if words else {}
    params = [
        f"{labels.get(name, name)} {_value(value, registry, lang, settings)}"
        for name, value in (node.get("params") or {}).items()
    ]
    sources = node.get("from") or []
    names = sources if isinstance(sources, list) else [ref for refs in sources.values() for ref in refs]
    after = _AFTER[lang].format(sources=_JOINT[lang].join(names)) if names else ""
    return f"{node.get('label') or node['id']} – {after}{label} ({_JOINT[lang].join(params)})"


def _value(value: Any, registry: Registry, lang: str, settings: dict[str, Any]) -> str:
    if isinstance(value, str):
        if value.startswith("$") and not value.startswith("$$"):
            setting = settings.get(value[1:]) or {}
            return f"{_value(setting.get('value'), registry, lang, {})} {setting.get('unit') or ''}".strip()
        for things in (registry.devices, registry.destinations, registry.types):
            if value in things:
                return spoken(things[value].label, lang, value)
        return value
    if isinstance(value, list):
        return _JOINT[lang].join(_value(item, registry, lang, settings) for item in value)
    if isinstance(value, dict):
        return _JOINT[lang].join(f"{key} {_value(item, registry, lang, settings)}" for key, item in value.items())
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
