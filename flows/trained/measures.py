"""How good a model is on a test set of which the truth is known, beside who knows nothing. Pure."""

from collections import Counter
from collections.abc import Iterable
from statistics import fmean, quantiles
from typing import Any

from nodes.kit.effect import Answer
from runtime.inference.tallies import bin_of, scored

SURE = 0.5
"""The score from which a found object counts."""
SCORE_EDGES = [round(number / 10, 1) for number in range(1, 10)]
"""Bins of scores from 0 to 1."""
MOST_REASONS = 10
Measured = dict[str, Any]
Pairs = Iterable[tuple[Any, Answer]]
"""The truth (labels that a picture shows, or a number) and what the model answered."""


def measured(task: str, labels: list[str], pairs: Pairs, edges: list[float]) -> Measured:
    """{"count", "failed", "reasons", "edges", "bins"} and, of labels, {"labels": [{"label", "count", "found", "right",
    "precision", "recall"}], "right", "most_frequent"}, of numbers {"error", "usual_error", "bias"}. `edges` are the bins that
    the version has, empty where it has none yet."""
    taken = list(pairs)
    sound = [(truth, answer.value) for truth, answer in taken if answer.error is None]
    reasons = Counter(f"{answer.error}: {answer.detail}"[:200] for _, answer in taken if answer.error is not None)
    numbers = [number for _, value in sound if (number := scored(value)) is not None]
    edges = edges or (deciles(numbers) if task == "score" else SCORE_EDGES)
    bins = [0] * (len(edges) + 1)
    for number in numbers:
        bins[bin_of(number, tuple(edges))] += 1
    found: Measured = {
        "count": len(taken), "failed": len(taken) - len(sound), "reasons": dict(reasons.most_common(MOST_REASONS)),
        "edges": edges, "bins": bins if edges else [],
    }  # fmt: skip
    if task == "score":
        return found | _numbers([(float(truth), float(value["value"])) for truth, value in sound])
    return found | _labels(labels, [(set(truth), _said(task, value)) for truth, value in sound], taken)


def deciles(numbers: list[float]) -> list[float]:
    """Edges of ten bins that hold as many of these numbers each; empty where there are too few different ones."""
    if len(set(numbers)) < 10:
        return []
    return sorted({float(f"{edge:.6g}") for edge in quantiles(numbers, n=10)})


def _said(task: str, value: Any) -> set[str]:
    if task == "classify":
        return {value["label"]}
    return {one["class"] for one in value["objects"] if one["score"] >= SURE}


def _labels(labels: list[str], pairs: list[tuple[set[str], set[str]]], taken: list[tuple[Any, Answer]]) -> Measured:
    """An answer that failed has found nothing."""
    truths = [set(truth) for truth, _ in taken]
    rows = []
    for label in labels:
        count = sum(label in truth for truth in truths)
        found = sum(label in said for _, said in pairs)
        right = sum(label in truth and label in said for truth, said in pairs)
        rows.append({
            "label": label, "count": count, "found": found, "right": right,
            "precision": right / found if found else None, "recall": right / count if count else None,
        })  # fmt: skip
    exact = sum(truth == said for truth, said in pairs)
    usual = Counter(tuple(sorted(truth)) for truth in truths).most_common(1)
    return {
        "labels": rows,
        "right": _share(exact, len(taken)),
        "most_frequent": _share(usual[0][1], len(taken)) if usual else None,
    }


def _numbers(pairs: list[tuple[float, float]]) -> Measured:
    """`error` is the mean of the absolute errors, `usual_error` that of who always says the mean."""
    if not pairs:
        return {"error": None, "usual_error": None, "bias": None}
    mean = fmean(truth for truth, _ in pairs)
    return {
        "error": fmean(abs(truth - said) for truth, said in pairs),
        "usual_error": fmean(abs(truth - mean) for truth, _ in pairs),
        "bias": fmean(said - truth for truth, said in pairs),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
