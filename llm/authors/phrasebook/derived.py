"""Fields that no device sends but a kind computes: WBGT, dew point, speed, operating hours, deviation from the usual ..."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from llm.authors.phrasebook import concepts
from llm.authors.phrasebook.literal import literal
from llm.authors.phrasebook.quantities import spelled
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.units import dimension
from llm.authors.phrasebook.wishes import Condition, Meaning, Open, Step
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import DeviceType, Registry, TypeField

_MEASURES = {
    "<temperature>": ("temperature", {"temperature", "温度", "気温", "室温"}),
    "<humidity>": ("part", {"humidity", "湿度"}),
    "<voltage>": ("voltage", {"voltage", "電圧"}),
    "<current>": ("current", {"current", "電流"}),
    "<active>": ("power", {"power", "電力"}),
}
"""What a slot asks for: the dimension of the unit, and the words of such a field."""
_GLOBE = re.compile(r"globe|黒球")
_NUMERIC = ("number", "integer")
JITTER = Open("jitter", 20, "jitter", unit="m", assumed="no_jitter")


@dataclass
class Virtual:
    """A field of a type that `steps` compute from `inputs`. `spans`: the words that name it; `base`: the field that it is a
    change, sum or the like of; `left`: an expression to compare in its place; `percent`: it is a part of 1, so that a
    limit in % is meant a hundredfold."""

    field: TypeField
    steps: list[Step]
    inputs: list[str]
    spans: list[Span] = dataclasses.field(default_factory=list)
    base: TypeField | None = None
    strength: float = 3.0
    noun: str | None = None
    share: bool = False
    difference: bool = False
    left: str | None = None
    either: bool = False
    guard: str | None = None
    type: DeviceType | None = None

    def takes(self, unit: str | None) -> bool:
        """Whether a number in `unit` can be compared although the field has none: a part of one in per cent."""
        return self.share and unit == "%"

    def score(self, spans: list[Span], type_: DeviceType) -> float:
        named = [
            name.strength
            for span in spans
            for name in span.names
            if name.sort == "field" and name.owner == type_.id and name.id in self.inputs
        ]
        return self.strength + 0.5 * max(named, default=0)


class Derivations:
    """What can be computed for a type out of what its devices send."""

    def __init__(self, catalog: Catalog, registry: Registry, lang: str) -> None:
        self.catalog, self.registry, self.lang = catalog, registry, lang

    def named(self, spans: list[Span], type_: DeviceType) -> list[Virtual]:
        """The fields that words in `spans` name, in so far as this type has what they are computed from."""
        found: list[Virtual] = []
        for span in spans:
            if any(name.sort == "field" and name.owner == type_.id and name.strength >= 2 for name in span.names):
                continue
            for meaning in (found_ for found_ in span.phrases if found_[1].role == "derive"):
                found += self._of(meaning, span, type_)
        return found

    def _of(self, meaning: Meaning, span: Span, type_: DeviceType) -> Iterator[Virtual]:
        slots = set(_slots(meaning))
        if slots & set(_MEASURES):
            yield from self._measured(meaning, span, type_, slots)
        elif "<expression>" in slots or "<over>" in slots or changes(meaning[0]) or not slots & {"<field>"}:
            return
        else:
            for base in self.bases(meaning, type_):
                yield from self.computed(meaning, span, type_, base)

    def computed(
        self, meaning: Meaning, span: Span | None, type_: DeviceType, base: TypeField, slots: dict[str, Any] | None = None,
        more: dict[str, Any] | None = None, gives: str | None = None, before: list[Step] | None = None,
    ) -> Iterator[Virtual]:  # fmt: skip
        """The field that `meaning` adds when it looks at `base`."""
        more = dict(more or {})
        if base.type == "location" and "ignore" in meaning[0].Params.model_fields:
            more.setdefault("ignore", JITTER)
        step = Step(meaning, {"<field>": base.name, **(slots or {})}, more, gives or meaning[1].gives, meaning[1].port)
        steps = [*(before or []), step]
        shaped = self.made(type_, steps, span.text if span else "")
        if shaped is not None:
            made, difference = shaped
            name = _named_after(meaning, base)
            step.named = f"{base.name}_{name}" if base.type != "location" else name
            noun = self.noun(meaning, span)
            yield Virtual(
                made, steps, [base.name], [span] if span else [], base, type=type_, difference=difference, noun=noun
            )

    def noun(self, meaning: Meaning, span: Span | None) -> str | None:
        """What the field is called: as the sentence says it where that is a noun of the phrases, else by the first of them."""
        texts = [
            p.text
            for p in meaning[0].phrases
            if p.role == "derive" and p.lang == self.lang and p.gives == meaning[1].gives
        ]
        if span is not None and (
            span.text.isupper() or (span.text.lower() == meaning[1].text.lower() and meaning[1].text in texts[:2])
        ):
            return span.text
        return texts[0] if texts else None

    def _measured(self, meaning: Meaning, span: Span, type_: DeviceType, slots: set[str]) -> Iterator[Virtual]:
        inputs = {slot: found for slot in slots & set(_MEASURES) if (found := self.input(type_, slot)) is not None}
        if set(inputs) != slots & set(_MEASURES):
            return
        more = {}
        globe = next((f for f in type_.fields if _GLOBE.search(_all_words(f))), None)
        if globe is not None and "globe" in meaning[0].Params.model_fields:
            more["globe"] = globe.name
        step = Step(meaning, {slot: f.name for slot, f in inputs.items()}, more, meaning[1].gives, meaning[1].port)
        made = self.field_of(type_, [step], span.text)
        if made is not None:
            names = [f.name for f in inputs.values()]
            yield Virtual(
                made,
                [step],
                names,
                [span],
                strength=3.5,
                share=made.unit is None and "<active>" in slots,
                type=type_,
                noun=self.noun(meaning, span),
            )

    def input(self, type_: DeviceType, slot: str) -> TypeField | None:
        """The field of a type that measures what `slot` asks for: by unit, and by name where several have such a unit."""
        wanted, words = _MEASURES[slot]
        fitting = [f for f in type_.fields if f.type in _NUMERIC and (f.unit is None or dimension(f.unit) == wanted)]
        called = [f for f in fitting if _words(f) & words] or [f for f in fitting if _like(f, words)]
        if called:
            return min(called, key=lambda f: len(_all_words(f)))
        sure = [f for f in fitting if f.unit is not None and wanted != "part"]
        return sure[0] if len(sure) == 1 else None

    def bases(self, meaning: Meaning, type_: DeviceType) -> list[TypeField]:
        """The fields that the kind can look at."""
        return [f for f in type_.fields if self._accepts(meaning, type_, f)]

    def _accepts(self, meaning: Meaning, type_: DeviceType, base: TypeField) -> bool:
        kind, phrase = meaning
        if "factor" in kind.Params.model_fields and not _counts(base):
            return False
        params = _params(kind, phrase.params, {"<field>": base.name})
        scope = self._scope(shape_of(type_))
        try:
            made = kind.Params.model_validate(params)
            return not [found for found in kind.check(made, scope) if found.severity == "error"]
        except ValueError:
            return base.type == "location" if "location" in str(kind.Params.model_fields) else base.type in _NUMERIC

    def field_of(self, type_: DeviceType, steps: list[Step], words: str = "") -> TypeField | None:
        """The field that the last step adds, with its type and unit; None where the steps cannot be built."""
        made = self.made(type_, steps, words)
        return made[0] if made is not None else None

    def made(self, type_: DeviceType, steps: list[Step], words: str = "") -> tuple[TypeField, bool] | None:
        """As `field_of`, and whether it is a difference."""
        shape = shape_of(type_)
        for step in steps:
            kind, phrase = step.meaning
            slots = {slot: _plain(value) for slot, value in step.slots.items()}
            more = {name: _plain(value) for name, value in step.more.items()}
            try:
                params = kind.Params.model_validate({**_params(kind, phrase.params, slots), **more})
                shapes = kind.shapes(params, self._scope(shape))
            except (ValueError, KeyError, TypeError):
                return None
            shape = shapes.get(step.port or kind.outputs[0].name, shape)
        name = steps[-1].gives
        made = shape.fields.get(name or "")
        if name is None or made is None:
            return None
        kind_ = made.type if made.type != "any" else "number"
        field_ = TypeField(name=name, type=kind_, unit=made.unit, label={self.lang: words} if words else {})
        return field_, made.difference

    def _scope(self, shape: Shape) -> Scope:
        return Scope(
            node="x", lang=self.lang, zone=ZoneInfo("UTC"), registry=self.registry, shape=shape, shapes={"in": shape}
        )


def shape_of(type_: DeviceType) -> Shape:
    fields = {f.name: FieldShape(f.type, f.unit) for f in type_.fields}
    return Shape(fields, False, "always", (type_.id,))


def changes(kind: type[Kind]) -> bool:
    """Whether a kind tells how far a value has come within a length of time."""
    return any(p.role == "derive" and "<over>" in p.params.values() for p in kind.phrases)


def _counts(field: TypeField) -> bool:
    """Whether a field may be the reading of a meter: a whole number, or an amount of energy or volume."""
    return field.type == "integer" or (
        field.type == "number" and (field.unit is None or dimension(field.unit) in ("energy", "volume"))
    )


def _slots(meaning: Meaning) -> list[str]:
    return [value for value in meaning[1].params.values() if isinstance(value, str) and value.startswith("<")]


def _params(kind: type[Kind], template: dict[str, Any], slots: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in template.items():
        if isinstance(value, str) and value.startswith("<"):
            value = slots.get(value)
        if value is not None:
            found[name] = value
    return found


def _plain(value: Any) -> Any:
    """A value as the kind can check it."""
    if isinstance(value, Open):
        return value.value
    if isinstance(value, Condition):
        return literal(value.trigger)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return {key: _plain(part) for key, part in value.items()} if isinstance(value, dict) else value


def _words(field: TypeField) -> set[str]:
    return {field.name.lower(), *(w.lower() for w in field.label.values()), *(w.lower() for w in field.also)}


def _all_words(field: TypeField) -> str:
    return " ".join(sorted(_words(field)))


def _like(field: TypeField, words: set[str]) -> bool:
    own = _words(field)
    like = concepts.words_like(words, concepts.FIELDS) | words
    return bool(own & like) or any(word in text for text in own for word in words if len(word) > 1)


def _named_after(meaning: Meaning, base: TypeField) -> str:
    return re.sub(r"[^a-z0-9]+", "_", spelled(meaning[1].gives or meaning[0].id)).strip("_") or base.name
