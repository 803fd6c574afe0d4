"""A trial in words: what was given, what must come of it, what happened; in Japanese and English."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from engine.document_tests import FIRST_DAY
from engine.effect import Effect
from engine.plan import Plan
from llm.simulation.drive import Run, Stage
from llm.simulation.scripts import Phase, Script
from llm.simulation.showing import Claim, Shown
from llm.spoken import spoken_duration
from nodes.kit.duration import format_duration
from nodes.kit.things import Registry, spoken

MOST_TOLD = 4
_DAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
WORDS: dict[str, dict[str, str]] = {
    "ja": {
        "for": "{what}が{long}続く", "once": "{what}が1件", "then": "、次に", "and": "、", "nothing": "何も届かない状態が{long}続く",
        "only_nothing": "データは何も届かない", "reading": "データ", "turn": "{one}と{two}が交互に{count}件", "value": "{name} {value}",
        "made_up": "(試験用)", "true": "はい", "false": "いいえ", "who": "{who}:", "all": "{who}ほか計{count}台:", "from": "{moment}から。", "past": "{long}いつもの値を学んだあと、",
        "apart": "{who}だけ(ほかは最初の値のまま):",
        "waits": "、その後は時間だけが過ぎる", "fails": "(外への処理はすべて失敗)", "stubs": "(AIの答えは試験用の仮のもの)",
        "least": "「{node}」が動くはず", "none": "「{node}」は動かないはず", "most": "「{node}」は{most}回まで", "free": "「{node}」が何回動くか",
        "did": "{after}後に「{node}」{what}", "at_once": "最初に「{node}」{what}", "did_nothing": "何も動かなかった", "more": "ほか{count}件", "to": "({device})",
        "row": "{given} → 期待:{expected} → 結果:{happened} → {verdict}", "passed": "期待どおり", "failed": "期待と違う",
        "test": "フローに付いているテスト「{name}」", "test_ok": "書かれたとおりに動くはず", "not_reached": "試験で一度もデータが届かなかったノード:{nodes}",
        "quote": "「{text}」", "says": "{text}",
    },
    "en": {
        "for": "{what} for {long}", "once": "one reading of {what}", "then": ", then ", "and": ", ", "nothing": "nothing comes for {long}",
        "only_nothing": "nothing comes", "reading": "readings", "turn": "{one} and {two} in turn, {count} readings", "value": "{name} {value}",
        "made_up": "(made up)", "true": "yes", "false": "no", "who": "{who}: ", "all": "{who} and others, {count} in all: ", "from": "From {moment}. ", "past": "After {long} of usual readings: ",
        "apart": "{who} alone, the others stay as at first: ",
        "waits": ", then time passes", "fails": " (everything done outside fails)", "stubs": " (AI answers are made up for the trial)",
        "least": "“{node}” must act", "none": "“{node}” must not act", "most": "“{node}” at most {most} times", "free": "how often “{node}” acts",
        "did": "after {after} “{node}”{what}", "at_once": "at the start “{node}”{what}", "did_nothing": "nothing happened", "more": "{count} more", "to": " ({device})",
        "row": "{given} → expected: {expected} → happened: {happened} → {verdict}", "passed": "as expected", "failed": "not as expected",
        "test": "the flow's own test “{name}”", "test_ok": "must do as written", "not_reached": "nodes that nothing reached in the trial: {nodes}",
        "quote": " “{text}”", "says": " {text}",
    },
}  # fmt: skip


class TrialWords:
    """Says runs of one flow in `lang`."""

    def __init__(self, stage: Stage, registry: Registry, lang: str) -> None:
        self.stage, self.registry, self.lang, self.words = stage, registry, lang, WORDS[lang]
        self.labels = labels_of(stage.plan, lang)
        types = [registry.types[s.type] for s in stage.sources if s.type in registry.types]
        self.fields = {field.name: field for type_ in types for field in type_.fields}

    def row(self, shown: Shown) -> str:
        """One stream in one line."""
        verdict = self.words["passed" if shown.passed else "failed"]
        return self.words["row"].format(
            given=self.given(shown.run), expected=self.expected(shown.claims), happened=self.happened(shown.run),
            verdict=verdict,
        )  # fmt: skip

    def given(self, run: Run) -> str:
        """The readings, with everything that is not as usual."""
        script = run.script
        start = self.words["from"].format(moment=self._moment(script)) if script.start else ""
        start += self._past(script)
        notes = self.words["fails"] if script.fails else ""
        notes += self.words["stubs"] if run.stubbed else ""
        waits = self.words["waits"] if script.waits and run.end > run.given_until else ""
        return f"{start}{self._who(script)}{self._phases(script)}{waits}{notes}"

    def _past(self, script: Script) -> str:
        """What was learned before."""
        if script.past is None:
            return ""
        return self.words["past"].format(long=spoken_duration(format_duration(script.past.length), self.lang))

    def _moment(self, script: Script) -> str:
        at = datetime.fromisoformat(FIRST_DAY) + timedelta(milliseconds=script.start)
        return f"{at:%Y-%m-%d} ({_DAYS[self.lang][at.weekday()]}) {at:%H:%M}"

    def _who(self, script: Script) -> str:
        names = [self.registry.label(id, self.lang) for source in self.stage.sources for id in source.devices[:1]]
        if not names or all(phase.choice is None for phase in script.phases):
            return ""
        many = sum(max(1, len(source.devices)) for source in self.stage.sources)
        form = "who" if script.spread == "one" or many < 2 else script.spread
        return self.words[form].format(who=self.words["and"].join(names), count=many)

    def _phases(self, script: Script) -> str:
        phases = [phase for phase in script.phases if phase.length or phase.choice is not None]
        turning = [
            i for i, _ in enumerate(self.stage.slots) if len({repr((p.choice or ())[i : i + 1]) for p in phases}) > 1
        ]
        shown = turning or list(range(len(self.stage.slots)))
        if len(phases) > 3 and len({repr(phase.choice) for phase in phases}) == 2:
            one, two = (self._values(phase, shown) for phase in phases[:2])
            return self.words["turn"].format(one=one, two=two, count=script.readings())
        said = [self._phase(phase, shown) for phase in phases]
        return self.words["then"].join(said) or self.words["only_nothing"]

    def _phase(self, phase: Phase, shown: list[int]) -> str:
        if phase.choice is None:
            return self.words["nothing"].format(long=spoken_duration(format_duration(phase.length), self.lang))
        what = self._values(phase, shown)
        if phase.count() == 1:
            return self.words["once"].format(what=what)
        return self.words["for"].format(what=what, long=spoken_duration(format_duration(phase.length), self.lang))

    def _values(self, phase: Phase, shown: list[int]) -> str:
        said = []
        for at in shown:
            slot = self.stage.slots[at]
            if phase.choice is not None and phase.only in (None, slot.source) and at < len(phase.choice):
                known = self.fields.get(slot.field)
                value = self._value(phase.choice[at], known.unit if known else None)
                said.append(self.words["value"].format(name=self._field(slot.field), value=value))
        return self.words["and"].join(dict.fromkeys(said)) or self.words["reading"]

    def _field(self, name: str) -> str:
        known = self.fields.get(name)
        return spoken(known.label, self.lang, name) if known else name

    def _value(self, value: Any, unit: str | None) -> str:
        if isinstance(value, bool):
            return self.words["true" if value else "false"]
        if isinstance(value, dict) and "lat" not in value:
            return self.words["made_up"]
        if isinstance(value, dict):
            return f"({value.get('lat', 0):.6g}, {value.get('lon', 0):.6g})"
        return f"{value:.9g} {unit or ''}".strip() if isinstance(value, int | float) else str(value)[:40]

    def expected(self, claims: list[Claim]) -> str:
        said = []
        for claim in claims:
            form = "least" if claim.least else "none" if claim.most == 0 else "free" if claim.most is None else "most"
            said.append(self.words[form].format(node=self.labels[claim.node], most=claim.most))
        return self.words["and"].join(said)

    def happened(self, run: Run) -> str:
        said = [self.deed(effect, run) for effect in run.actions[:MOST_TOLD]]
        if len(run.actions) > MOST_TOLD:
            said.append(self.words["more"].format(count=len(run.actions) - MOST_TOLD))
        return self.words["and"].join(said) or self.words["did_nothing"]

    def deed(self, effect: Effect, run: Run) -> str:
        """One action, with its time from the start of the trial."""
        after = max(0, effect.time - run.start)
        form = "did" if after else "at_once"
        what = self._what(effect.data)
        if effect.device:
            what = self.words["to"].format(device=self.registry.label(effect.device, self.lang)) + what
        after_words = spoken_duration(format_duration(after // 1000 * 1000 or after), self.lang)
        return self.words[form].format(after=after_words, node=self.labels[effect.node], what=what)

    def _what(self, data: dict[str, Any]) -> str:
        if isinstance(data.get("text"), str):
            return self.words["quote"].format(text=data["text"][:120])
        values = data.get("values", data)
        plain = values if isinstance(values, dict) else {}
        shown = [(name, value) for name, value in plain.items() if not isinstance(value, dict | list)][:MOST_TOLD]
        said = self.words["and"].join(f"{self._field(name)} {self._value(value, None)}" for name, value in shown)
        return self.words["says"].format(text=said) if said else ""

    def unreached(self, ids: list[str]) -> str:
        return self.words["not_reached"].format(nodes=self.words["and"].join(self.labels[id] for id in ids))


def labels_of(plan: Plan, lang: str) -> dict[str, str]:
    """What each node is called; with its id where two are called alike."""
    names = {}
    for node in plan.nodes:
        words = node.kind.words.get(lang) or node.kind.words.get("en")
        own = node.instance.scope.label
        names[node.id] = own if own and own != node.id else words.label if words else node.kind.id
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    return {id: f"{name} ({id})" if name in shared else name for id, name in names.items()}
