"""What only somebody who looks or reads can tell: what a picture shows, what a text is about, in which class it belongs.

The words of the sentence become the question to a model; nothing of them is taken for names or numbers.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.occurrences import says_absence
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.subjects import source_of
from llm.authors.phrasebook.wishes import Doing, Source, Step, Test, Trigger
from nodes.kit.things import DeviceType, Registry, TypeField, spoken

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

ASK = "ask"
APPLIES, MADE = "applies", "summary"
_FREE_FIELDS = re.compile(
    r"text|comment|message|note|body|descri|content|remark|memo|feedback|transcript|inquir|complain|本文|内容|文章|コメント|メッセージ|メモ|備考|記述|感想|問い?合わ?せ|投稿|所見|申し送り|作文|自由"
)
_FREE_TYPES = re.compile(
    r"report|review|inquir|e-?mail|message|ticket|note|memo|complaint|feedback|form|letter|log ?book|日報|報告|口コミ|クチコミ|問い?合わ?せ|メール|メッセージ|メモ|レビュー|アンケート|投稿|チャット|申し送り|要望"
)
_SIGHT = re.compile(r"vision|image|picture|photo|visual|multi|vlm|detect|画像|視覚")
_LOOKS = {
    "ja": re.compile(r"AI|人工知能|モデル|画像|写真|見て|見せ|読ん|読ませ|読み|判断|判定|判別|確認|調べ|チェック|分析|解析|目を通", re.IGNORECASE),
    "en": re.compile(r"\b(?:ai|models?|look(?:s|ing)?|read(?:s|ing)?|check(?:s|ing)?|judge|inspect|examine|analy[sz]e|go through|watch|screen|scan|ask|whether|find out|see if|let)\b"),
}  # fmt: skip
_MAKES = {
    "ja": re.compile(r"要約|まとめて|翻訳|訳して|言い換え"),
    "en": re.compile(r"\b(?:summari[sz]\w*|sum up|translat\w*|rephras\w*|condens\w*|digest)\b"),
}
_QUESTION = {
    "ja": "データ({what})を見て、次の文の言うとおりになっているかどうかを判断してください。文:「{words}」",
    "en": "Look at the data ({what}) and judge whether what this sentence speaks of is the case: “{words}”",
}
_TASK = {"ja": "データ({what})について、次のとおりに書いてください:「{words}」", "en": "About the data ({what}), write what is asked for here: “{words}”"}  # fmt: skip
SORTING = {"ja": "データ({what})がどの種類に当たるかを判断してください。文:「{words}」", "en": "Judge to which of the classes the data ({what}) belongs: “{words}”"}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The devices that are looked at, and which field of theirs."""

    source: Source
    field: TypeField

    @property
    def seen(self) -> bool:
        return self.field.type == "image"


def asked(reader: "TriggerReader", spans: list[Span]) -> Asked | None:
    """What is looked at or read, where the words name it: a picture or a free text, or the devices that have one and
    nothing else that the words name."""
    best: tuple[float, Asked] | None = None
    for type_ in reader.registry.types.values():
        source, whose = source_of(spans, reader.registry, type_)
        names = [n for s in spans for n in s.named("field") if n.owner == type_.id]
        for field in type_.fields:
            if not (field.type == "image" or is_free(type_, field)):
                continue
            mine = max((n.strength for n in names if n.id == field.name), default=0)
            others = [n for n in names if n.id != field.name and n.strength >= 2]
            score = whose + mine
            if score >= 2 and (mine or not others) and (best is None or score > best[0]):
                best = score, Asked(source if whose else Source(type_, spoken=bool(mine)), field)
    return best[1] if best else None


def is_free(type_: DeviceType, field: TypeField) -> bool:
    """Whether a text says something in somebody's own words, rather than being one of a few known ones."""
    if field.type != "string":
        return False
    if _FREE_FIELDS.search(_words(field.name, field.label, field.also)):
        return True
    texts = [f for f in type_.fields if f.type == "string"]
    return len(texts) == 1 and bool(_FREE_TYPES.search(_words(type_.id, type_.label, type_.also)))


def _words(id: str, label: dict[str, str], also: list[str]) -> str:
    return " ".join([id, *label.values(), *also]).lower()


def mark(spans: list[Span], registry: Registry) -> None:
    """Marks the words that name something to be looked at or read."""
    types = {t.id: [f.name for f in t.fields if f.type == "image" or is_free(t, f)] for t in registry.types.values()}
    for span in spans:
        for name in span.names:
            if name.strength < 2 or span.role("tell"):
                continue
            if name.sort == "field":
                span.looked = span.looked or name.id in types.get(name.owner or "", ())
            elif name.sort in ("type", "device"):
                span.looked = span.looked or bool(types.get(name.id if name.sort == "type" else name.owner or ""))


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A condition of which only somebody who looks at the picture or reads the text can say whether it holds."""
    found = asked(reader, clause.spans)
    if (found is None and not any(s.named("type") or s.named("device") or s.named("field") for s in clause.spans)) or (
        found is None and reader.given.asked is not None and reader.given.asked_in == clause.sentence
    ):
        found = reader.given.asked
    if found is None or any(says_absence(s) or s.role("edge") for s in clause.spans):
        return None
    if not found.seen and any(s.quote is not None or (s.quantity and s.role("compare")) for s in clause.spans):
        return None
    start = reader.given.asked_at if found is reader.given.asked else clause.start
    step = step_of(reader, found, _QUESTION, start, clause.end, {"name": APPLIES, "type": "boolean"})
    if step is None:
        return None
    _cover(reader, clause)
    noun = spoken(found.field.label, reader.lang, found.field.name)
    test = Test(TypeField(name=APPLIES, type="boolean"), truth=True, steps=[step], type=found.source.type, noun=noun)
    words = reader.reading.words(clause.start, clause.end)
    return Trigger("compare", words, source=found.source, tests=[test], each_time=not found.seen, noun=_said(words))


def _said(words: str) -> str:
    return re.sub(r"(?i)^(?:and |then )*(?:if|when(?:ever)?|as soon as|once) ", "", words).replace("{", "(").replace("}", ")")  # fmt: skip


def step_of(
    reader: "TriggerReader", found: Asked, texts: dict[str, str], start: int, end: int, *fields: dict[str, Any]
) -> Step | None:
    kind = reader.kinds.find(ASK)
    if kind is None:
        return None
    words = reader.reading.words(start, end).replace("{", "(").replace("}", ")")
    what = spoken(found.field.label, reader.lang, found.field.name)
    more: dict[str, Any] = {"prompt": texts[reader.lang].format(what=what, words=words), "fields": list(fields)}
    others = frozenset(known.model_task for known in reader.kinds.catalog) - {kind[0].model_task}
    if (model := model_for(reader.registry, seen=found.seen, not_for=others)) is not None:
        more["model"] = model
    return Step(kind, {}, more, fields[0]["name"], kind[0].outputs[0].name, named="look" if found.seen else "read")


def model_for(registry: Registry, *, seen: bool, not_for: frozenset[str] = frozenset()) -> str | None:
    """The registered model that fits best; None: the workspace's own. Those for the tasks `not_for` answer no questions."""
    models = [m for m in registry.models.values() if m.task not in not_for]
    fit = [m for m in models if bool(_SIGHT.search(f"{m.id} {m.task}".lower())) == seen]
    return next((m.id for m in [*fit, *models]), None)


def _cover(reader: "TriggerReader", clause: Clause) -> None:
    """All words of the clause are part of the question."""
    for span in clause.spans:
        span.used = True
    reader.spans.append(Span(clause.start, clause.end, reader.reading.text[clause.start : clause.end], used=True))


def without_looking(reader: "TriggerReader", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say who looks at what ("Have the AI read every review and ...")."""
    kept = []
    for clause in found:
        subject = None if clause.when else asked(reader, clause.spans)
        if subject is not None and _only_looks(reader, clause):
            reader.given.asked, reader.given.asked_in = subject, clause.sentence
            reader.given.asked_at = clause.start
            _cover(reader, clause)
            continue
        kept.append(clause)
    return kept


def _only_looks(reader: "TriggerReader", clause: Clause) -> bool:
    words = reader.reading.text[clause.start : clause.end]
    if not _LOOKS[reader.lang].search(words if reader.lang == "ja" else words.lower()) or makes(reader, clause):
        return False
    return not any(
        s.role("tell") or s.role("record") or s.named("destination") or s.named("call") or s.named("choice")
        for s in clause.spans
    )


def makes(reader: "TriggerReader", clause: Clause) -> bool:
    """Whether something is to be written by a model ("summarise it")."""
    return bool(_MAKES[reader.lang].search(reader.reading.low, clause.start, clause.end))


def is_task(reader: "TriggerReader", clause: Clause) -> bool:
    """A clause that only says what is to be written, and not to whom it goes."""
    alone = not any(s.named("destination") or s.role("tell") or s.role("record") for s in clause.spans)
    if alone and not clause.when and makes(reader, clause):
        _cover(reader, clause)
        return True
    return False


def written(reader: "TriggerReader", doing: list[Clause], trigger: Trigger | None) -> tuple[Step, Asked] | None:
    """The step that writes what is to be told, where the clauses ask for that."""
    for clause in doing:
        if not makes(reader, clause):
            continue
        found = asked(reader, clause.spans) or reader.given.asked
        if found is None and trigger is not None and trigger.source is not None:
            type_ = trigger.source.type
            texts = [f for f in type_.fields if is_free(type_, f) or f.type == "image"]
            found = Asked(trigger.source, texts[0]) if texts else None
        if found is None:
            return None
        step = step_of(reader, found, _TASK, clause.start, clause.end, {"name": MADE, "type": "string"})
        return (step, found) if step is not None else None
    return None


def filled(reader: "TriggerReader", doings: list[Doing], step: Step) -> None:
    """Every notice holds what was written."""
    label = {"ja": "要約", "en": "Summary"}[reader.lang]
    for doing in doings:
        if doing.sort == "tell":
            reader.cover(label.lower())
            doing.steps.append(step)
            doing.shown.append((label, MADE, None))


def each_one(trigger: Trigger | None, calendar: Calendar | None) -> None:
    """At set times every picture counts: what was seen before them is not the same state."""
    if trigger is not None and calendar is not None and trigger.tests and trigger.tests[0].field.name == APPLIES:
        trigger.each_time = True
