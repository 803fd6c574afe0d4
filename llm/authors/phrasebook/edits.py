"""Changes to an existing flow by sentence: another number, duration or destination, something more to do, less to do."""

import copy
import re
from typing import Any

from document.diff import describe, diff
from document.problems import problem
from llm.authors.phrasebook.assemble import Assembler
from llm.authors.phrasebook.clauses import clauses
from llm.authors.phrasebook.confidence import reading_of, reading_of_edit
from llm.authors.phrasebook.fillers import ENGLISH
from llm.authors.phrasebook.meaning import Meaning
from llm.authors.phrasebook.notices import led
from llm.authors.phrasebook.origins import Origins
from llm.authors.phrasebook.places import Place, durations_in, fitting, numbers_in
from llm.authors.phrasebook.predicates import compares
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.restructuring import Restructuring
from llm.authors.phrasebook.said import SAID
from llm.authors.phrasebook.targets import best_call, target_of
from llm.authors.phrasebook.units import settled
from llm.authors.phrasebook.wishes import Missed
from llm.compilation import Drafted
from llm.compile import Request
from nodes.kit.duration import format_duration

_ALSO = {
    "ja": re.compile(r"にも|へも|も(?:通知|知らせ|連絡|送)|追加|加えて|あわせて|併せて"),
    "en": re.compile(r"\balso\b|\btoo\b|\bas well\b|\badd\b|\badditionally\b|\bplus\b"),
}
_INSTEAD = {
    "ja": re.compile(r"変え|変更|ではなく|じゃなく|代わり|通知先を|宛先を|送り先を"),
    "en": re.compile(r"\binstead\b|\bchange\b|\bswitch to\b|\breplace\b|\bnot\b.*\bbut\b|\brather than\b"),
}
_LESS = {
    "ja": re.compile(r"やめ|削除|外し|不要|いらない|取り除|なくして"),
    "en": re.compile(
        r"\bremove\b|\bdelete\b|\bno longer\b|\bstop (?:telling|notifying|sending)\b|\bdon't\b|\bdo not\b|\bwithout\b"
        r"|\bget rid of\b|\btake out\b|\bdrop the\b|\bnot needed\b|\bno need\b"
    ),
}


_CHANGE = re.compile(
    r"\b(?:change|set|make|raise|lower|increase|reduce|modify|update|move|put|place|rename|name|node|flow)\b|変え|変更|修正|上げ|下げ|移動|名前|改名|ノード|フロー"
)


class Edit:
    """One edit: `document` is the changed copy, `changed` the nodes and settings in which it differs, `took` the words
    that changed something and `origins` what they changed."""

    def __init__(self, prompt: str, request: Request) -> None:
        self.request, self.lang, self.prompt = request, request.lang, prompt
        self.document: dict[str, Any] = copy.deepcopy(request.document or {"nodes": []})
        self.meaning = Meaning(prompt, request.catalog, request.registry, request.lang)
        self.reading, self.spans = self.meaning.reading, self.meaning.spans
        self.missed: list[Missed] = []
        self.changed: list[str] = []
        self.took: list[Span] = []
        self.origins = Origins()
        self.whole: dict[str, Any] | None = None
        """The reading, where the edit is a whole wish of its own."""

    def run(self) -> None:
        whole = Restructuring(self)
        if whole.renames() or whole.moves() or (not self._marked() and whole.quiets()):
            return
        if self._adds_a_wish():
            self._add_wish()
        elif _LESS[self.lang].search(self.reading.low):
            if not whole.drops():
                self._remove()
            if not self.changed:
                whole.removes()
        else:
            self._durations()
            self._numbers()
            self._destinations()
            self._recovery()
            self._commands()

    def _marked(self) -> bool:
        """Whether it has a condition of its own."""
        found = clauses(self.reading, self.spans, self.lang)
        return any(c.marked and (compares(c.spans) or c.role("edge") or c.role("lean")) for c in found)

    def _adds_a_wish(self) -> bool:
        timed = any(s.clock or s.every is not None for s in self.spans) and any(
            s.role("tell") or s.role("actuate") for s in self.spans
        )
        return self._marked() or timed

    def _add_wish(self) -> None:
        wishes = self.meaning.wishes()
        self.missed += wishes.missed
        assembler = Assembler(wishes, self.request.catalog, self.request.registry, self.request.answers)
        draft = assembler.draft
        draft.nodes = self.document.setdefault("nodes", [])
        draft.settings = self.document.setdefault("settings", {})
        before = len(draft.nodes)
        assembler.build()
        draft.origins.narrow(self.reading, wishes.spans, draft.settings)
        self.whole = reading_of(self.reading, wishes, draft.origins)
        if not self.document["settings"]:
            del self.document["settings"]
        self.changed += [node["id"] for node in draft.nodes[before:]]

    def read(self) -> dict[str, Any]:
        """How the sentence was read: what of it changed what, and which of its words nothing took up."""
        if self.whole is not None:
            return self.whole
        marks = (_ALSO[self.lang], _INSTEAD[self.lang], _LESS[self.lang], _CHANGE)
        asked = [m for pattern in marks for m in pattern.finditer(self.reading.low)]
        idle = [span for span in self.spans if span not in self.took and _weighty(span)]
        taken = [span for span in [*self.spans, *self.took] if span not in idle]
        taken += [Span(m.start(), m.end(), m.group()) for m in asked]
        return reading_of_edit(self.reading, taken, idle, self.origins)

    def took_up(self, spans: list[Span], *, nodes: list[str] | None = None, setting: str | None = None) -> None:
        """These words changed something."""
        self.took += spans
        start, end = (min(s.start for s in spans), max(s.end for s in spans)) if spans else (0, len(self.reading.text))
        words = self.reading.words(start, end)
        self.origins.nodes |= dict.fromkeys(nodes or [], words)
        if setting is not None:
            node, _, param = setting.partition(".")
            (self.origins.nodes if param else self.origins.settings)[node] = words
        self.changed += [*(nodes or []), *([setting] if setting is not None else [])]

    def _places(self, found: list[Place], span_text: str, old: Any) -> Place | None:
        chosen = fitting(found, self.reading.low, old)
        if chosen is None and found:
            self.missed.append(Missed(span_text, "which", [place.name for place in found][:3]))
        return chosen

    def _durations(self) -> None:
        said = [s for s in self.spans if s.duration is not None]
        if not said:
            return
        new, old = said[-1], said[0] if len(said) > 1 else None
        places = durations_in(self.document, self.request.catalog)
        before = format_duration(old.duration) if old and old.duration is not None else None
        place = self._places(places, new.text, before)
        if place is not None and new.duration is not None:
            place.put(format_duration(new.duration))
            self.took_up(said, setting=place.name)

    def _numbers(self) -> None:
        said = [s for s in self.spans if s.quantity is not None and s.duration is None]
        if not said or best_call(self.spans, self.request.registry, None, None) is not None:
            return
        new, old = said[-1].quantity, said[0].quantity if len(said) > 1 else None
        if new is None:
            return
        after = re.match(r" ([A-Za-z]{3,})", self.reading.text[said[-1].end :])
        if new.unit is None and after and after[1].lower() not in ENGLISH:
            self.missed.append(Missed(f"{said[-1].text} {after[1]}", "unknown"))
            return
        places = numbers_in(self.document, self.request.catalog, self.request.registry, new)
        place = self._places(places, said[-1].text, old.number if old else None)
        if place is not None:
            number = settled(new, place.unit)
            place.put(number.number, number.unit)
            self.took_up(said, setting=place.name)

    def tells(self) -> list[dict[str, Any]]:
        kinds = {kind.id for kind in self.request.catalog for p in kind.phrases if p.role == "tell"}
        return [node for node in self.document["nodes"] if node.get("kind") in kinds]

    def _destination_param(self, kind: str) -> str:
        phrases = self.request.catalog[kind].phrases
        return next(name for p in phrases for name, slot in p.params.items() if slot == "<destination>")

    def _destinations(self) -> None:
        named = list(dict.fromkeys(n.id for s in self.spans for n in s.named("destination")))
        if not named:
            self._unknown_destination()
            return
        tells = self.tells()
        also = _ALSO[self.lang].search(self.reading.low)
        if tells and not also and _INSTEAD[self.lang].search(self.reading.low):
            for node in tells:
                node["params"][self._destination_param(node["kind"])] = named[-1]
            self.took_up([s for s in self.spans if s.named("destination")], nodes=[node["id"] for node in tells])
            return
        for to in named:
            self._tell_too(to, tells)

    def _unknown_destination(self) -> None:
        spans = [s for s in self.spans if s.role("tell")]
        if spans and not any(s.role("recover") for s in self.spans):
            self.missed.append(
                Missed(self.prompt.strip()[:200], "destination", list(self.request.registry.destinations)[:3])
            )

    def _tell_too(self, to: str, tells: list[dict[str, Any]]) -> None:
        known = {str(node["params"].get(self._destination_param(node["kind"]))) for node in tells}
        if to in known:
            return
        first = [
            n
            for n in tells
            if n["params"].get(self._destination_param(n["kind"]))
            == (tells[0]["params"].get(self._destination_param(tells[0]["kind"])))
        ]
        quoted = next((s for s in self.spans if s.quote is not None and not s.named("destination")), None)
        said = [
            *([quoted] if quoted else []),
            *(s for s in self.spans if any(n.id == to for n in s.named("destination"))),
        ]
        for node in first:
            added = copy.deepcopy(node)
            added["id"] = self.free(node["id"])
            added["params"][self._destination_param(node["kind"])] = to
            if quoted is not None and "text" in added["params"]:
                added["params"]["text"] = quoted.quote
            self.document["nodes"].append(added)
            self.took_up(said, nodes=[added["id"]])

    def free(self, wanted: str) -> str:
        taken = {node["id"] for node in self.document["nodes"]}
        stem = re.sub(r"_\d+$", "", wanted)[:28]
        return next(name for n in range(2, 999) if (name := f"{stem}_{n}") not in taken)

    def _recovery(self) -> None:
        """ "戻ったときも知らせて": the same people are told the end."""
        if not any(s.role("recover") for s in self.spans) or not any(s.role("tell") for s in self.spans):
            return
        port = next(
            (p.port for kind in self.request.catalog for p in kind.phrases if p.role == "recover" and p.port), None
        )
        for node in self.tells():
            refs = node.get("from")
            if not isinstance(refs, list) or not refs or refs[0].endswith(f".{port}"):
                continue
            origin = next((n for n in self.document["nodes"] if n["id"] == refs[0].split(".")[0]), None)
            if origin is None or port not in [p.name for p in self.request.catalog[origin["kind"]].outputs]:
                continue
            added = copy.deepcopy(node)
            added["id"] = self.free("tell_back_1")
            added["from"] = [f"{origin['id']}.{port}"]
            field = self.field_of(origin)
            now = f"{{{field}}}" if field else "{time}"
            if "text" in added["params"]:
                added["params"]["text"] = led(SAID[self.lang]["tell_back"], "{device}").format(
                    device="{device}", field=field or "", now=now
                )
            self.document["nodes"].append(added)
            self.took_up([s for s in self.spans if s.role("recover") or s.role("tell")], nodes=[added["id"]])
            return

    def field_of(self, node: dict[str, Any]) -> str | None:
        for phrase in self.request.catalog[node["kind"]].phrases:
            for name, slot in phrase.params.items():
                if slot == "<field>" and isinstance(node["params"].get(name), str):
                    return str(node["params"][name])
        return None

    def _commands(self) -> None:
        call = best_call(self.spans, self.request.registry, None, None)
        meaning = self.meaning.doings.meaning("actuate")
        if call is None or call.lacks or meaning is None:
            return
        kind, phrase = meaning
        names = {slot: name for name, slot in phrase.params.items()}
        mine = [
            n for n in self.document["nodes"]
            if n.get("kind") == kind.id and n["params"].get(names["<call>"]) == call.command.id and not self.after_recovery(n)
        ]  # fmt: skip
        said = [s for s in self.spans if s.names or s.role("actuate")]
        if len(mine) == 1 and not _ALSO[self.lang].search(self.reading.low):
            mine[0]["params"][names["<values>"]] = call.values
            self.took_up(said, nodes=[mine[0]["id"]])
            return
        tells = self.tells() or [n for n in self.document["nodes"] if n.get("kind") == kind.id]
        if not tells:
            return
        target = target_of(call, self.spans, self.request.registry, None, True)
        params = {
            names["<target>"]: target[0] if isinstance(target, list) else target,
            names["<call>"]: call.command.id,
            names["<values>"]: call.values,
        }
        added: dict[str, Any] = {
            "id": self.free(f"{call.type.id.lower()}_1"),
            "kind": kind.id,
            "from": list(tells[0]["from"]),
            "params": params,
        }
        self.document["nodes"].append(added)
        self.took_up(said, nodes=[added["id"]])

    def after_recovery(self, node: dict[str, Any]) -> bool:
        ports = {p.port for kind in self.request.catalog for p in kind.phrases if p.role == "recover" and p.port}
        refs = node.get("from")
        return isinstance(refs, list) and any(ref.rsplit(".", 1)[-1] in ports for ref in refs if "." in ref)

    def _remove(self) -> None:
        """Takes out the notices to a named destination, or the commands to named devices, that nobody reads."""
        to = {n.id for s in self.spans for n in s.named("destination")}
        types = {
            n.id if n.sort == "type" else n.owner for s in self.spans for n in s.names if n.sort in ("type", "device")
        }
        devices = {d.id for d in self.request.registry.devices.values() if d.type in types}
        tells = self.tells() if to or any(s.role("tell") for s in self.spans) else []
        gone = [n["id"] for n in tells if not to or n["params"].get(self._destination_param(n["kind"])) in to]
        if any(s.role("recover") for s in self.spans):
            gone = [n["id"] for n in tells if n["id"] in gone and self.after_recovery(n)]
        choices = {n.extra[2] for s in self.spans for n in s.named("choice")}
        if choices:
            gone = [n["id"] for n in self.document["nodes"] if choices & _chosen(n)]
        elif not gone:
            gone = [n["id"] for n in self.document["nodes"] if _aims_at(n, types, devices)]
        read = {
            ref.split(".")[0]
            for n in self.document["nodes"]
            for ref in n.get("from", [])
            if isinstance(n.get("from"), list)
        }
        gone = [id for id in gone if id not in read]
        self.document["nodes"][:] = [n for n in self.document["nodes"] if n["id"] not in gone]
        if gone:
            self.took_up([s for s in self.spans if s.names or s.role("tell") or s.role("recover")], nodes=gone)


def _chosen(node: dict[str, Any]) -> set[str]:
    """The words among the values of a command."""
    held = [v for param in (node.get("params") or {}).values() if isinstance(param, dict) for v in param.values()]
    return {value for value in held if isinstance(value, str)}


def _weighty(span: Span) -> bool:
    """Whether it says a value or names somebody: such words count as used only where they changed something."""
    said = (span.quantity, span.duration, span.quote, span.clock, span.every, span.days, span.fact)
    return any(value is not None for value in said) or any(
        name.sort in ("destination", "call", "choice") for name in span.names
    )


def _aims_at(node: dict[str, Any], types: set[str | None], devices: set[str]) -> bool:
    target = (node.get("params") or {}).get("device")
    return target in devices if isinstance(target, str) else isinstance(target, dict) and target.get("type") in types


def edit(prompt: str, request: Request) -> Drafted:
    """The changed document; None, with the words that were not understood, where nothing could be changed."""
    from llm.authors.phrasebook.author import told

    change = Edit(prompt, request)
    change.run()
    problems = [told(missed, request.lang) for missed in change.missed]
    changes = diff(request.document or {}, change.document)
    if not changes:
        if not problems:
            problems.append(problem("cannot_build", "", words=prompt.strip()[:300]))
        return Drafted(None, problems=problems, reading=change.read())
    for node in change.document["nodes"]:
        if node["id"] in change.changed:
            request.on_progress({"stage": "node", "node": node})
    plan = "\n".join(describe(one, request.lang) for one in changes)
    return Drafted(change.document, plan, problems=problems, reading=change.read())
