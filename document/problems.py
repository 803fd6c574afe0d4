"""The closed list of problem codes, and how a problem is said in Japanese and English."""

from collections.abc import Mapping
from typing import Any

from document.words import (
    check,
    compiler,
    envelope,
    expression,
    manuals,
    meaning,
    models,
    pictures,
    registry,
    running,
    trace,
)
from document.words.code import Code, fill
from nodes.kit.problem import Problem

AREAS: dict[str, dict[str, Code]] = {
    "The file": envelope.CODES,
    "Values and params": check.CODES,
    "Meaning": meaning.CODES,
    "Registry": registry.CODES,
    "Expressions and texts": expression.CODES,
    "Traces of a running flow": trace.CODES,
    "Workers, files and destinations": running.CODES,
    "Pictures": pictures.CODES,
    "Documents": manuals.CODES,
    "Models": models.CODES,
    "From a sentence to a flow": compiler.CODES,
}
LANGUAGES = ("ja", "en")
SHOWN_ARGS = ("file", "key", "line", "column")
"""Args that are printed beside the message too, because a form or a text editor wants to point there."""


def _merged(areas: Mapping[str, Mapping[str, Code]]) -> dict[str, Code]:
    merged: dict[str, Code] = {}
    for codes in areas.values():
        twice = merged.keys() & codes.keys()
        if twice:
            raise ValueError(f"codes in two areas: {sorted(twice)}")
        merged.update(codes)
    return merged


CODES: dict[str, Code] = _merged(AREAS)
"""Every code that a problem or a trouble may carry."""


def problem(
    code: str, path: str, *, fix: dict[str, Any] | None = None, allowed: list[Any] | None = None, **args: Any
) -> Problem:
    """A problem of `code` (which must be in CODES) at the JSON Pointer `path`, with the severity of its code."""
    return Problem(code, path, CODES[code].severity, args, fix, allowed)


def say(code: str, args: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """Message and hint of a problem or trouble in `lang`; a code outside the list is shown as such, never raises."""
    entry = CODES.get(code)
    if entry is None:
        return code, ""
    lang = lang if lang in LANGUAGES else "en"
    given, entry = dict(args), entry.because(args.get("reason"))
    return fill(entry.message[lang], given, lang), fill(entry.hint[lang], given, lang)


def render(problem: Problem, lang: str) -> dict[str, Any]:
    """The problem as CONTRACTS section 5 prints it: code, path, message, hint, severity, and fix and allowed if any."""
    message, hint = say(problem.code, problem.args, lang)
    rendered: dict[str, Any] = {
        "code": problem.code,
        "path": _clean(problem.path),
        "message": message,
        "hint": hint,
        "severity": severity_of(problem),
    }
    rendered |= {name: _clean(problem.args[name]) for name in SHOWN_ARGS if name in problem.args}
    if problem.fix is not None:
        rendered["fix"] = _clean(problem.fix)
    if problem.allowed is not None:
        rendered["allowed"] = _clean(problem.allowed)
    return rendered


def severity_of(problem: Problem) -> str:
    """`warning` where the problem or its code says so, else `error`."""
    entry = CODES.get(problem.code)
    return "warning" if "warning" in (problem.severity, entry.severity if entry else "error") else "error"


def has_errors(problems: list[Problem]) -> bool:
    """Whether any of `problems` is more than a warning."""
    return any(severity_of(p) == "error" for p in problems)


def _clean(value: Any) -> Any:
    """`value` without lone surrogates, which no UTF-8 stream can carry."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
