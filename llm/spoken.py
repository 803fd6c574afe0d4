"""Values of params as people say them: names instead of ids, durations in words, numbers with their unit."""

import re
from typing import Any

from nodes.kit.duration import UNITS, parse_duration
from nodes.kit.things import Registry, spoken

_JOINT = {"ja": "、", "en": ", "}
_QUOTE = {"ja": "「{}」", "en": "“{}”"}
_DEVICE = {"ja": "デバイス", "en": "device"}
_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
_SETTING = re.compile(r"\bsettings\.([a-z][a-z0-9_]*)")
_REFS = ("field", "device", "type")
_FORMS = ((("x", "y"), "{x} → {y}"), (("lat", "lon"), "{lat}, {lon}"), (("name", "expr"), "{name} = {expr}"))
_NAMED = {"ja": "{name}({rest})", "en": "{name} ({rest})"}
_EVERY = {"ja": "すべての{type}", "en": "every {type}"}
_SAME_AS = {"ja": "{key} が同じ{type}", "en": "{type} of the same {key}"}
_WITH = {"ja": "{key} が {value} の{type}", "en": "{type} with {key} {value}"}
_TOGETHER = {"ja": "全体", "en": "all together"}
_DURATION_WORDS = {
    "ja": (("d", "日"), ("h", "時間"), ("m", "分"), ("s", "秒"), ("ms", "ミリ秒")),
    "en": (("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second"), ("ms", "millisecond")),
}
_AT_ONCE = {"ja": "すぐに", "en": "At once"}
_SAME = {"ja": "そのデバイス自身", "en": "the same device"}
_CHOICES = {
    "ja": {"red": "赤", "yellow": "黄", "green": "緑", "blue": "青", "white": "白", "on": "オン", "off": "オフ", "pass": "通過", "reject": "排出"},
}  # fmt: skip
"""What commands carry is registered without words; these are seen most."""


class Speaker:
    """Says values of one document in `lang`. Two types may call different things by one field name, so only the types
    that the document names count, where it names any."""

    def __init__(self, registry: Registry, document: dict[str, Any], lang: str) -> None:
        self.registry, self.settings, self.lang = registry, document.get("settings") or {}, lang
        written = [value for node in document.get("nodes", []) for value in (node.get("params") or {}).values()]
        named = [known for id, known in registry.types.items() if id in written]
        self.types = named or list(registry.types.values())

    def say(
        self, value: Any, marks: dict[str, Any], unit: str = "", labels: dict[str, str] | None = None, path: str = ""
    ) -> str:
        """`marks` are the `x-suiro` facts of the param that holds `value`; `unit` that of a bare number; `labels` those of
        the kind, in which the choices of a param stand under its `path`."""
        labels = labels or {}
        if isinstance(value, str) and value.startswith("$") and not value.startswith("$$"):
            setting = self.settings.get(value[1:]) or {}
            return self.say(setting.get("value"), marks, str(setting.get("unit") or unit), labels, path)
        if isinstance(value, str):
            return labels.get(f"{path}.{value}") or self._text(value, marks)
        if isinstance(value, list):
            return self._list(value, marks, unit, labels, path)
        if isinstance(value, dict) and marks.get("ref") == "device" and "type" in value:
            return self._target(value)
        if isinstance(value, dict):
            return self._parts(value, labels, path)
        if isinstance(value, bool):
            return str(value).lower()
        number = f"{value:g}" if isinstance(value, float) else str(value)
        return f"{number} {unit}".strip()

    def _list(self, value: list[Any], marks: dict[str, Any], unit: str, labels: dict[str, str], path: str) -> str:
        if value and all(isinstance(part, str) and part in self.registry.devices for part in value):
            marks = {"ref": "device"}
        several = any(isinstance(part, dict) for part in value)
        return (" / " if several else _JOINT[self.lang]).join(self.say(p, marks, unit, labels, path) for p in value)

    def _target(self, value: dict[str, Any]) -> str:
        """The devices that are commanded: all of a type, or those that have an attribute."""
        type_, where = self._named(str(value["type"]), "type"), value.get("where") or {}
        said = _SAME_AS if "same" in where.values() else _WITH
        text = _EVERY[self.lang].format(type=type_) if not where else type_
        for key, part in where.items():
            text = said[self.lang].format(type=text, key=key, value=part)
        return text

    def _parts(self, value: dict[str, Any], labels: dict[str, str], path: str) -> str:
        """A value of several parts: a point, a place, a name with what it stands for, else each part after its label."""
        if len(value) == 1:
            said = self.say(next(iter(value.values())), {}, "", labels, path)
            return _CHOICES.get(self.lang, {}).get(said, said)
        parts = {
            key: self.say(part, {"ref": key} if key in _REFS else {}, "", labels, f"{path}.{key}")
            for key, part in value.items()
        }
        for keys, form in _FORMS:
            if set(parts) == set(keys):
                return form.format(**parts)
        name = parts.pop("name", "")
        rest = _JOINT[self.lang].join(f"{labels.get(key, key)} {text}" for key, text in parts.items())
        return _NAMED[self.lang].format(name=name, rest=rest) if name else rest

    def unit_of(self, field: str) -> str:
        """The unit of a field where all types that have it agree."""
        units = {known.unit or "" for type_ in self.types for known in type_.fields if known.name == field}
        return units.pop() if len(units) == 1 else ""

    def _text(self, value: str, marks: dict[str, Any]) -> str:
        if marks.get("format") == "duration":
            return spoken_duration(value, self.lang)
        if marks.get("format") == "text":
            return _QUOTE[self.lang].format(_HOLE.sub(self._hole, value))
        if marks.get("format") == "per" and value == "all":
            return _TOGETHER[self.lang]
        if marks.get("ref") == "device" and value == "same":
            return _SAME[self.lang]
        return self._named(_SETTING.sub(self._set, value), str(marks.get("ref")))

    def _set(self, found: re.Match[str]) -> str:
        """A setting in an expression, by its value."""
        setting = self.settings.get(found.group(1)) or {}
        return f"{setting.get('value', found.group())} {setting.get('unit') or ''}".strip()

    def _hole(self, found: re.Match[str]) -> str:
        """A name in a text: settings by their value, fields by their label."""
        name = found.group(1)
        setting = self.settings.get(name.removeprefix("settings."))
        if name.startswith("settings.") and setting:
            return str(setting.get("value"))
        return f"{{{_DEVICE[self.lang] if name == 'device' else self._named(name, 'field')}}}"

    def _named(self, value: str, ref: str) -> str:
        known = self.registry
        things: Any = {
            "type": known.types,
            "device": known.devices,
            "destination": known.destinations,
            "model": known.models,
            "table": known.tables,
            "field": {field.name: field for type_ in self.types for field in type_.fields},
            "command": {command.id: command for type_ in known.types.values() for command in type_.commands},
        }.get(ref, {})
        return spoken(things[value].label, self.lang, value) if value in things else value


def spoken_duration(text: str, lang: str) -> str:
    """ "1m30s" as people say it: 1分30秒, 1 minute 30 seconds; "0s" as at once; what is no duration as it is."""
    try:
        ms = parse_duration(text)
    except ValueError:
        return text
    if ms == 0:
        return _AT_ONCE[lang]
    parts = []
    for unit, word in _DURATION_WORDS[lang]:
        count, ms = divmod(ms, UNITS[unit])
        if count:
            parts.append(f"{count}{word}" if lang == "ja" else f"{count} {word}{'s' if count > 1 else ''}")
    return ("" if lang == "ja" else " ").join(parts)
