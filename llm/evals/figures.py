"""From verdicts to figures. Each says of how many it is: {"got", "of"}, or {"count", "in", "of"} for what may come often."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

from llm.evals.judge import DONE, Verdict

Figures = dict[str, Any]
CAUSES = (*DONE, "not asked")
"""What is named as the cause of a failure: the first of these that applies."""


def figures(verdicts: Sequence[Verdict]) -> Figures:
    """All figures of one part and language."""
    due = [v for v in verdicts if v.scenario.due]
    acting = [v for v in verdicts if v.scenario.acts]
    built = [v for v in verdicts if v.built]
    return {
        "n": len(verdicts),
        "built": _share(v.built for v in due),
        "valid at first try": _share(v.first for v in verdicts),
        "valid at the end": _share(v.sound for v in verdicts),
        "behaviour passed": _share(v.behaved for v in acting),
        "false fires": _often(acting, "false"),
        "duplicates": _often(acting, "twice"),
        "missing actions": _often(acting, "missing"),
        "silently invented numbers": _often(built, "invented"),
        "asked where it should ask": _share(v.asked for v in verdicts),
        "parameters exact": _share(v.exact for v in verdicts),
        "explanation true": _share(v.true for v in verdicts),
        "a part refused that is due": _often(due, "refused", once=True),
        "crashes": _often(verdicts, "crash"),
        "repair rounds": _rounds(verdicts),
        "seconds": _seconds([v.seconds for v in verdicts]),
    }


def _share(values: Iterable[bool | None]) -> dict[str, int]:
    measured = [value for value in values if value is not None]
    return {"got": sum(measured), "of": len(measured)}


def _often(verdicts: Sequence[Verdict], kind: str, *, once: bool = False) -> dict[str, int]:
    """How often `kind` came, in how many scenarios of how many; `once`: counted once in each."""
    counts = [v.mistakes.get(kind, 0) for v in verdicts]
    within = sum(count > 0 for count in counts)
    return {"count": within if once else sum(counts), "in": within, "of": len(counts)}


def _rounds(verdicts: Sequence[Verdict]) -> dict[str, int]:
    rounds = [v.rounds for v in verdicts]
    return {"count": sum(rounds), "in": sum(n > 0 for n in rounds), "of": len(rounds)}


def _seconds(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    p95 = ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
    shown = {"median": median(ordered), "p95": p95, "max": ordered[-1]}
    return {**{name: round(value, 3) for name, value in shown.items()}, "of": len(seconds)}


def subjects(verdicts: Sequence[Verdict]) -> dict[str, dict[str, Any]]:
    """By the matter that scenarios are about: how many of how many are right, and what was wrong with the others."""
    return {about: _outcome([v for v in verdicts if v.scenario.about == about]) for about in _in_order(verdicts)}


def _in_order(verdicts: Sequence[Verdict]) -> list[str]:
    return sorted({v.scenario.about for v in verdicts})


def _outcome(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    causes = Counter(cause(v) for v in verdicts)
    return {"got": causes.pop("", 0), "of": len(verdicts), "wrong": dict(sorted(causes.items()))}


def cause(verdict: Verdict) -> str:
    """The first thing that was wrong with what it does or asks; empty where nothing was."""
    return next((kind for kind in CAUSES if kind in verdict.mistakes), "")


def by_part(verdicts: Sequence[Verdict], of: Callable[[Sequence[Verdict]], Any]) -> dict[str, dict[str, Any]]:
    """`of` for each part and language that there is."""
    found: dict[str, dict[str, Any]] = {}
    for part in dict.fromkeys(v.scenario.part for v in verdicts):
        for lang in ("ja", "en"):
            mine = [v for v in verdicts if (v.scenario.part, v.scenario.lang) == (part, lang)]
            if mine:
                found.setdefault(part, {})[lang] = of(mine)
    return found
