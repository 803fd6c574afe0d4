"""Who answers an alarm is not said: "if nobody acknowledges within 5 minutes" means the one thing that is there for it."""

import re

from llm.authors.phrasebook.reading import Named, Span
from nodes.kit.things import DeviceType, Registry

_ANSWERS = re.compile(r"\b(?:acknowledg|confirm|respon|answer|react|accept)\w*")
_FOR_ANSWERS = re.compile(r"acknowledg|\back\b|confirm|respon|answer|accept")


def answered_by(low: str, start: int, end: int, spans: list[Span], registry: Registry) -> list[Span]:
    """The spans with the thing by which people answer, where they name none and just one is registered."""
    said = _ANSWERS.search(low, start, end)
    named = any(n.sort in ("type", "device", "field") and n.strength >= 2 for s in spans for n in s.names)
    buttons = [type_ for type_ in registry.types.values() if _is_button(type_)]
    if said is None or named or len(buttons) != 1:
        return spans
    button = Span(said.start(), said.end(), said.group(), names=[Named("type", buttons[0].id)])
    return [*spans, button]


def _is_button(type_: DeviceType) -> bool:
    """Something of which there is one thing to know, and whose name says that it is for answers."""
    one = len(type_.fields) == 1 and type_.fields[0].type == "boolean"
    names = " ".join([type_.id, *type_.label.values(), *type_.also]).lower()
    return one and bool(_FOR_ANSWERS.search(names))
