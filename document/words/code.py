"""One entry of the closed list of problem codes."""

from string import Formatter
from typing import Any, Literal

import msgspec

from document.words.terms import spoken_value

Severity = Literal["error", "warning"]
Variants = tuple[str, ...]
_FORMATTER = Formatter()


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """`message` and `hint` hold, by language, variants of a template: the first one whose names are all given is used,
    so write the most telling one first and one without names last. `reasons` has closer words by the arg `reason`, or by the part of
    it before its first `_`."""

    severity: Severity
    message: dict[str, Variants]
    hint: dict[str, Variants]
    reasons: "dict[str, Code]" = {}

    def because(self, reason: Any) -> "Code":
        """The words for this reason; these where it has none of its own."""
        known = str(reason)
        return self.reasons.get(known) or self.reasons.get(known.partition("_")[0]) or self


def code(
    *,
    en: str | Variants,
    ja: str | Variants,
    hint_en: str | Variants = "",
    hint_ja: str | Variants = "",
    severity: Severity = "error",
    reasons: dict[str, Code] | None = None,
) -> Code:
    """An entry. Templates name their args as `{name}`; nothing else is interpreted in them."""
    return Code(
        severity=severity,
        message={"en": _variants(en), "ja": _variants(ja)},
        hint={"en": _variants(hint_en), "ja": _variants(hint_ja)},
        reasons=reasons or {},
    )


def fill(variants: Variants, args: dict[str, Any], lang: str) -> str:
    """The first variant whose names all have a value, filled once; a name without a value prints `–`."""
    for template in variants:
        if all(args.get(name) not in (None, [], "") for name in names_in(template)):
            return _filled(template, args, lang)
    return _filled(variants[-1], args, lang) if variants else ""


def names_in(template: str) -> list[str]:
    """The arg names that a template uses."""
    return [name for _, name, _, _ in _FORMATTER.parse(template) if name is not None]


def _filled(template: str, args: dict[str, Any], lang: str) -> str:
    parts = []
    for literal, name, _, _ in _FORMATTER.parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(spoken_value(args.get(name), lang))
    return "".join(parts)


def _variants(text: str | Variants) -> Variants:
    return (text,) if isinstance(text, str) else text
