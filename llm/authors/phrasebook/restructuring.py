"""Edits of what a flow is made of: a part is taken out or moved, something is renamed, notices are made rarer."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.draft import filled
from llm.authors.phrasebook.kinds import Kinds
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.said import SAID
from llm.inquiry.parts import KIND, Finder, Part
from nodes.kit.duration import format_duration
from nodes.kit.kind import OUT, Kind

if TYPE_CHECKING:
    from llm.authors.phrasebook.edits import Edit

Node = dict[str, Any]
_MOVE = {
    "ja": re.compile(r"(?P<what>[^、。]+?)を、?(?P<to>[^、。]+?)の(?P<where>前|手前|後ろ|うしろ|後|あと)(?:に|へ)(?:移動|移し|移す|動か|置|入れ替え|ずら)"),
    "en": re.compile(r"\b(?:move|put|place) (?:the )?(?P<what>.+?) (?P<where>before|in front of|after|behind) (?:the )?(?P<to>[^,.]+)"),
}  # fmt: skip
_BEFORE = ("before", "in front of", "前", "手前")
_RENAME = {
    "ja": re.compile(r"(?P<what>[^、。]+?)の名前を、?(?P<name>.+?)(?:に|へ)(?:変え|変更|し|改)|(?P<what2>[^、。]+?)を(?P<name2>.+?)(?:という名前に|に改名|と名付け|と呼)"),
    "en": re.compile(r"\b(?:rename|name) (?:the )?(?P<what>.+?) (?:to|as|into) (?P<name>.+)|\bcall (?:the |this )(?P<what2>flow|[^,.]*?node) (?P<name2>.+)"),
}  # fmt: skip
_FLOW = re.compile(r"^(?:the |this )?flow$|フロー|全体|^it$|^this$")
_ADDS = re.compile(r"\b(?:add|insert|put in)\b|追加|入れて|付けて|つけて|挟")


class Restructuring:
    """Tries each kind of such an edit on `edit`."""

    def __init__(self, edit: "Edit") -> None:
        self.edit, self.lang = edit, edit.lang
        self.catalog, self.document = edit.request.catalog, edit.document
        self.nodes: list[Node] = edit.document["nodes"]
        self.finder = Finder(edit.document, edit.request.catalog, edit.request.registry)

    def moves(self) -> bool:
        """ "move the cooldown after the threshold"."""
        found = _MOVE[self.lang].search(self.edit.reading.low)
        what, to = (self._node(self._words(found, name)) for name in ("what", "to")) if found else (None, None)
        if found is None or what is None or to is None or what is to or not self._bridged(what):
            return False
        (self._before if found["where"] in _BEFORE else self._after)(what, to)
        self.edit.took_up(list(self.edit.spans), nodes=[what["id"], to["id"]])
        return True

    def renames(self) -> bool:
        """ "rename the flow to …", "2番目のノードの名前を…にして"."""
        found = _RENAME[self.lang].search(self.edit.reading.low)
        if found is None:
            return False
        kind = "" if found["what"] else "2"
        what, name = self._words(found, f"what{kind}").strip(), self._words(found, f"name{kind}").strip(" .。「」“”\"'")
        node = None if _FLOW.search(what.lower()) else self._node(what)
        if not name or (node is None and not _FLOW.search(what.lower())):
            return False
        if node is None:
            self.document["name"] = name[:200]
        else:
            node["label"] = name[:80]
        self.edit.took_up(list(self.edit.spans), nodes=[node["id"]] if node else [])
        return True

    def removes(self) -> bool:
        """A part that is named: a node, whose readers read on from where it read, or a param that need not be there."""
        meant = self.finder.meant(self.edit.prompt, self.edit.request.about)
        others = any(s.named("destination") or s.named("choice") or s.role("recover") for s in self.edit.spans)
        if len(meant.parts) != 1 or meant.sure < KIND or others:
            return False
        part = meant.parts[0]
        uses = self._uses(part)
        if part.node and not part.param:
            return self._without_node(part.node)
        if not uses or not all(self._may_lack(node, param) for node, param in uses):
            return False
        for node, param in uses:
            del node["params"][param]
        if part.setting:
            del self.document["settings"][part.setting]
            if not self.document["settings"]:
                del self.document["settings"]
        self.edit.took_up(list(self.edit.spans), nodes=[node["id"] for node, _ in uses])
        return True

    def drops(self) -> bool:
        """ "remove the humidity alert": the condition on that field with all that only it leads to."""
        named = {name.id for span in self.edit.spans for name in span.named("field")}
        found = [node for node in self.nodes if self.edit.field_of(node) in named and self._tells_moments(node)]
        others = any(s.named("destination") or s.named("choice") or s.role("recover") for s in self.edit.spans)
        meant = self.finder.meant(self.edit.prompt, self.edit.request.about)
        a_param = meant.sure >= KIND and any(part.param for part in meant.parts)
        return len(found) == 1 and not others and not a_param and self._without_branch(found[0])

    def quiets(self) -> bool:
        """ "at most once every 10 minutes", "add a cooldown of an hour": in front of what is told."""
        meaning = Kinds(self.catalog).find("quiet")
        if meaning is None:
            return False
        kind, phrase = meaning
        said = [s for s in self.edit.spans if s.duration is not None or s.every is not None]
        low = self.edit.reading.low
        labels = [words.label.lower() for words in kind.words.values()]
        named = [Span(at, at + len(label), label) for label in labels if (at := low.find(label)) >= 0]
        asked = any(s.role("quiet") or "seldom" in s.words for s in self.edit.spans)
        asked = asked or (bool(named) and _ADDS.search(low) is not None)
        there = any(node.get("kind") == kind.id for node in self.nodes)
        tells = [node for node in self.edit.tells() if not self.edit.after_recovery(node)]
        if not asked or there or len(said) != 1 or not tells:
            return False
        ms = said[0].duration if said[0].duration is not None else said[0].every
        name = next(n for i in range(1, 999) if (n := "quiet" if i == 1 else f"quiet_{i}") not in self.finder.settings)
        setting = {"value": format_duration(ms or 0), "label": SAID[self.lang]["quiet"], "assumed": False}
        self.document["settings"] = {**self.finder.settings, name: setting}
        added = self._in_front(tells, kind, filled(kind, phrase.params, {"<quiet>": f"${name}"}))
        self.edit.took_up([*self.edit.spans, *named], nodes=added, setting=name)
        return True

    def _in_front(self, tells: list[Node], kind: type[Kind], params: dict[str, Any]) -> list[str]:
        """One node of this kind in front of all that read the same."""
        added: dict[str, str] = {}
        for node in tells:
            came = repr(node.get("from"))
            if came not in added:
                taken = any(known["id"] == "quiet" for known in self.nodes)
                added[came] = self.edit.free("quiet_1") if taken else "quiet"
                self.nodes.append({"id": added[came], "kind": kind.id, "from": node["from"], "params": dict(params)})
            node["from"] = [added[came]]
        return list(added.values())

    def _words(self, found: re.Match[str], group: str) -> str:
        """The words of a group as they were written."""
        start, end = found.span(group)
        return self.edit.reading.words(start, end)

    def _node(self, words: str) -> Node | None:
        """The one node that the words mean."""
        parts = self.finder.meant(words, self.edit.request.about, values=False).parts
        ids = dict.fromkeys(node["id"] for part in parts for node in self._of(part))
        return next((node for node in self.nodes if node["id"] in ids), None) if len(ids) == 1 else None

    def _of(self, part: Part) -> list[Node]:
        return [node for node in self.nodes if node["id"] == part.node] or [node for node, _ in self._uses(part)]

    def _uses(self, part: Part) -> list[tuple[Node, str]]:
        """The nodes and params in which a param or setting stands."""
        found = []
        for node in self.nodes:
            for param, value in (node.get("params") or {}).items():
                own = part.node == node["id"] and part.param == param
                if own or (part.setting and value == f"${part.setting}"):
                    found.append((node, param))
        return found

    def _may_lack(self, node: Node, param: str) -> bool:
        kind = self.catalog.get(node["kind"])
        if kind is None:
            return False
        needed = kind.Params.model_json_schema(by_alias=True).get("required", [])
        return param not in needed and param not in getattr(kind.Params, "exactly_one", ())

    def _without_node(self, id: str) -> bool:
        node = next(node for node in self.nodes if node["id"] == id)
        if self._tells_moments(node):
            return self._without_branch(node)
        if self._readers(id) and not self._bridged(node):
            return False
        self.nodes.remove(node)
        self.edit.took_up(list(self.edit.spans), nodes=[id])
        return True

    def _tells_moments(self, node: Node) -> bool:
        """It sends at moments of its own: what reads it would act at every event if it read on from before."""
        kind = self.catalog.get(node["kind"])
        return kind is not None and kind.group != "action" and self._first(node) not in ("", OUT.name)

    def _without_branch(self, node: Node) -> bool:
        """Without `node` and all that only it leads to, where the flow still does something afterwards."""
        gone = [node["id"]]
        partly = self._after_all(gone)
        left = [known for known in self.nodes if known["id"] not in gone]
        acts = any((kind := self.catalog.get(known["kind"])) and kind.group == "action" for known in left)
        if not acts or not all(isinstance(reader.get("from"), list) for reader in partly):
            return False
        for reader in partly:
            reader["from"] = [ref for ref in _refs(reader) if ref.partition(".")[0] not in gone]
        self._forget_settings([known for known in self.nodes if known["id"] in gone], left)
        self.nodes[:] = left
        self.edit.took_up(list(self.edit.spans), nodes=gone)
        return True

    def _forget_settings(self, gone: list[Node], left: list[Node]) -> None:
        """Those that nothing but `gone` used."""
        before, after = json.dumps(gone), json.dumps(left)
        for name in list(self.document.get("settings") or {}):
            used = re.compile(rf'"\${name}"|settings\.{name}\b')
            if used.search(before) and not used.search(after):
                del self.document["settings"][name]

    def _after_all(self, gone: list[str]) -> list[Node]:
        """Adds to `gone` what reads nothing else; returns what reads others, too."""
        while True:
            readers = [each for each in self.nodes if each["id"] not in gone and _sources(each) & set(gone)]
            more = [each["id"] for each in readers if _sources(each) <= set(gone)]
            if not more:
                return readers
            gone += more

    def _readers(self, id: str) -> list[Node]:
        return [node for node in self.nodes if any(ref.partition(".")[0] == id for ref in _refs(node))]

    def _first(self, node: Node) -> str:
        kind = self.catalog.get(node["kind"])
        return kind.outputs[0].name if kind is not None and kind.outputs else ""

    def _bridged(self, node: Node) -> bool:
        """What reads from `node` reads on from where it read; False where that would mean something else."""
        own, first = node.get("from"), self._first(node)
        readers = self._readers(node["id"])
        plain = isinstance(own, list) and bool(own) and all(isinstance(each.get("from"), list) for each in readers)
        refs = [ref for each in readers for ref in _refs(each) if ref.partition(".")[0] == node["id"]]
        if not plain or any(ref not in (node["id"], f"{node['id']}.{first}") for ref in refs):
            return False
        for each in readers:
            each["from"] = list(dict.fromkeys(_replaced(each["from"], lambda ref: ref in refs, own)))
        return True

    def _after(self, what: Node, to: Node) -> None:
        """`what` between `to` and all that read its first output."""
        out = (
            to["id"]
            if len(getattr(self.catalog.get(to["kind"]), "outputs", ())) < 2
            else f"{to['id']}.{self._first(to)}"
        )
        follows = self.catalog.get(what["kind"])
        for each in self._readers(to["id"]) if follows is not None and follows.group != "action" else ():
            if each is not what and isinstance(each.get("from"), list):
                each["from"] = _replaced(each["from"], lambda ref: ref in (to["id"], out), [what["id"]])
        what["from"] = [out]

    def _before(self, what: Node, to: Node) -> None:
        what["from"], to["from"] = to.get("from"), [what["id"]]


def _refs(node: Node) -> list[str]:
    wires = node.get("from") or []
    return wires if isinstance(wires, list) else [ref for many in wires.values() for ref in many]


def _replaced(refs: list[str], is_old: Callable[[str], bool], new: Any) -> list[str]:
    return [each for ref in refs for each in (new if is_old(ref) else [ref])]


def _sources(node: Node) -> set[str]:
    return {ref.partition(".")[0] for ref in _refs(node)}
