"""Values of params as people say them: names instead of ids, durations in words, numbers with their unit."""

import re
from typing import Any

from nodes.kit.duration import UNITS, parse_duration
from nodes.kit.things import Registry, spoken

_JOINT = {"ja": "、", "en": ", "}
_QUOTE = {"ja": "「{}」", "en": "“{}”"}
_DEVICE = {"ja": "デバイス", "en": "device"}
_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
_DURATION_WORDS = {
    "ja": (("d", "日"), ("h", "時間"), ("m", "分"), ("s", "秒"), ("ms", "ミリ秒")),
    "en": (("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second"), ("ms", "millisecond")),
}
_AT_ONCE = {"ja": "すぐに", "en": "At once"}
_SAME = {"ja": "そのデバイス自身", "en": "the same device"}


class Speaker:
    """Says values of one document in `lang`. Two types may call different things by one field name, so only the types
    that the document names count, where it names any."""

    def __init__(self, registry: Registry, document: dict[str, Any], lang: str) -> None:
        self.registry, self.settings, self.lang = registry, document.get("settings") or {}, lang
        written = [value for node in document.get("nodes", []) for value in (node.get("params") or {}).values()]
        named = [known for id, known in registry.types.items() if id in written]
        self.types = named or list(registry.types.values())

    def say(self, value: Any, marks: dict[str, Any], unit: str = "") -> str:
        """`marks` are the `x-suiro` facts of the param that holds `value`; `unit` that of a bare number."""
        if isinstance(value, str) and value.startswith("$") and not value.startswith("$$"):
            setting = self.settings.get(value[1:]) or {}
            return self.say(setting.get("value"), marks, str(setting.get("unit") or unit))
        if isinstance(value, str):
            return self._text(value, marks)
        if isinstance(value, list):
            return _JOINT[self.lang].join(self.say(part, marks, unit) for part in value)
        if isinstance(value, dict):
            parts = [
                f"{key} {self.say(part, {}, '')}" if len(value) > 1 else self.say(part, {})
                for key, part in value.items()
            ]
            return _JOINT[self.lang].join(parts)
        if isinstance(value, bool):
            return str(value).lower()
        number = f"{value:g}" if isinstance(value, float) else str(value)
        return f"{number} {unit}".strip()

    def unit_of(self, field: str) -> str:
        """The unit of a field where all types that have it agree."""
        units = {known.unit or "" for type_ in self.types for known in type_.fields if known.name == field}
        return units.pop() if len(units) == 1 else ""

    def _text(self, value: str, marks: dict[str, Any]) -> str:
        if marks.get("format") == "duration":
            return spoken_duration(value, self.lang)
        if marks.get("format") == "text":
            return _QUOTE[self.lang].format(_HOLE.sub(self._hole, value))
        if marks.get("ref") == "device" and value == "same":
            return _SAME[self.lang]
        return self._named(value, str(marks.get("ref")))

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
    """ "1m30s" as people say it: 1分30秒, 1 minute 30 seconds; "0s" as at once."""
    ms = parse_duration(text)
    if ms == 0:
        return _AT_ONCE[lang]
    parts = []
    for unit, word in _DURATION_WORDS[lang]:
        count, ms = divmod(ms, UNITS[unit])
        if count:
            parts.append(f"{count}{word}" if lang == "ja" else f"{count} {word}{'s' if count > 1 else ''}")
    return ("" if lang == "ja" else " ").join(parts)
