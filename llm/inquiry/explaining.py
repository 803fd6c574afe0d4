"""What a flow or a part of it does, in words made from the document."""

from typing import Any

from document.schema import expand, facts, plain_schema
from llm.explain import Telling, explain
from llm.inquiry.parts import Part
from llm.inquiry.said import joined, say
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind, KindWords
from nodes.kit.things import Registry, spoken


class Explaining:
    """Tells about one document in `lang`."""

    def __init__(self, document: dict[str, Any], catalog: Catalog, registry: Registry, lang: str) -> None:
        self.document, self.catalog, self.registry, self.lang = document, catalog, registry, lang
        self.telling = Telling(document, catalog, registry, lang)
        self.nodes: list[dict[str, Any]] = document.get("nodes") or []
        self.settings: dict[str, Any] = document.get("settings") or {}

    def whole(self) -> str:
        """Each node in one line, and what is assumed."""
        lines = [explain(self.document, self.catalog, self.registry, self.lang)]
        assumed = [name for name, setting in self.settings.items() if setting.get("assumed")]
        if assumed:
            pairs = (say("pair", self.lang, label=self.label(name), value=self.value(name)) for name in assumed)
            lines.append(say("assumptions", self.lang, settings=joined(pairs, self.lang)))
        return "\n".join(lines)

    def part(self, part: Part) -> str:
        if part.setting:
            return self._setting(part.setting)
        node = next(node for node in self.nodes if node["id"] == part.node)
        return self._param(node, part.param) if part.param else self._node(node)

    def name(self, part: Part) -> str:
        """How an answer calls a part."""
        if part.setting:
            return say("named_value", self.lang, label=self.label(part.setting), value=self.value(part.setting))
        node = next(node for node in self.nodes if node["id"] == part.node)
        if not part.param:
            return self.telling.called(part.node)
        return say("named_value", self.lang, label=self._label_of(node, part.param), value=self._said(node, part.param))

    def label(self, setting: str) -> str:
        return str((self.settings.get(setting) or {}).get("label") or setting)

    def value(self, setting: str) -> str:
        """The value of a setting as the params that take it would say it."""
        for node, param in self._users(setting):
            return self._said(node, param)
        return self.telling.speaker.say(f"${setting}", {})

    def _node(self, node: dict[str, Any]) -> str:
        number = 1 + self.nodes.index(node)
        lines = [say("node", self.lang, number=number, line=self.telling.line(node))]
        if words := self._words(self.catalog.get(node["kind"])):
            lines.append(say("summary", self.lang, text=words.summary))
        if node.get("off"):
            lines.append(say("off", self.lang))
        return "\n".join([*lines, *self._readers(node)])

    def _readers(self, node: dict[str, Any]) -> list[str]:
        """What comes after a node, by the output that leads there."""
        kind = self.catalog.get(node["kind"])
        ports = list(kind.outputs) if kind else []
        after: dict[str, list[str]] = {}
        for other in self.nodes:
            wires = other.get("from") or []
            refs = wires if isinstance(wires, list) else [ref for many in wires.values() for ref in many]
            for id, _, port in (ref.partition(".") for ref in refs):
                if id == node["id"]:
                    after.setdefault(port or (ports[0].name if ports else ""), []).append(
                        self.telling.called(other["id"])
                    )
        if not after:
            return [] if kind is not None and kind.group == "action" else [say("last", self.lang)]
        labels = {port.name: port.label for port in ports}
        if len(ports) < 2:
            return [say("then_all", self.lang, readers=joined((r for many in after.values() for r in many), self.lang))]
        return [
            say(
                "then",
                self.lang,
                port=spoken(labels.get(port, {}), self.lang, port),
                readers=joined(readers, self.lang),
            )
            for port, readers in after.items()
        ]

    def _param(self, node: dict[str, Any], param: str) -> str:
        label, called = self._label_of(node, param), self.telling.called(node["id"])
        lines = [say("param", self.lang, node=called, label=label, value=self._said(node, param))]
        if help := self._help(node, param):
            lines.append(say("param_help", self.lang, text=help))
        return "\n".join(lines)

    def _setting(self, name: str) -> str:
        lines = [say("setting", self.lang, label=self.label(name), value=self.value(name))]
        for node, param in self._users(name):
            label, called = self._label_of(node, param), self.telling.called(node["id"])
            lines.append(say("used", self.lang, node=called, label=label, help=self._help(node, param)))
        if self.settings[name].get("assumed"):
            lines.append(say("assumed", self.lang))
        return "\n".join(lines)

    def _users(self, setting: str) -> list[tuple[dict[str, Any], str]]:
        """The nodes and params that take a setting as their whole value."""
        return [
            (node, param)
            for node in self.nodes
            for param, value in (node.get("params") or {}).items()
            if value == f"${setting}" or (isinstance(value, list) and f"${setting}" in value)
        ]

    def _said(self, node: dict[str, Any], param: str) -> str:
        kind, value = self.catalog.get(node["kind"]), (node.get("params") or {}).get(param)
        if kind is None:
            return str(value)
        schema = plain_schema(kind)
        part = schema.get("properties", {}).get(param)
        marks = facts(expand([part], schema)) if part else {}
        words = self._words(kind)
        unit = self.telling.unit(marks, node.get("params") or {})
        return self.telling.speaker.say(value, marks, unit, words.labels if words else {}, param)

    def _label_of(self, node: dict[str, Any], param: str) -> str:
        words = self._words(self.catalog.get(node["kind"]))
        return words.labels.get(param, param) if words else param

    def _help(self, node: dict[str, Any], param: str) -> str:
        words = self._words(self.catalog.get(node["kind"]))
        return words.params.get(param, "") if words else ""

    def _words(self, kind: type[Kind] | None) -> KindWords | None:
        return (kind.words.get(self.lang) or kind.words.get("en")) if kind else None
