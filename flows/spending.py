"""What flows ask of language models today, beside what they may, and how often marked answers were right."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, F, Q, Sum

from flows.commands.asks import today_in
from flows.models import AskBudget, AskCount, AskRecord, Flow, ModelProfile, Workspace
from flows.models_asked import DEFAULT_MODEL, models_of
from nodes.kit.things import spoken

Entry = dict[str, Any]
LIMITS = ("calls", "tokens", "money")
SUMS = {
    "asked": Sum(F("answer") + F("unsure") + F("failed")),
    "over": Sum("over_budget"),
    "cached_answers": Sum("cached"),
    "tokens": Sum(F("tokens_in") + F("tokens_out")),
    "money": Sum("cost"),
}
"""`asked` are questions that went to the model; those over budget and from the cache did not."""
NOTHING: Entry = dict.fromkeys(SUMS, 0)


def spent_today(workspace: Workspace) -> dict[str, dict[str, Entry]]:
    """By flow and model: SUMS of the day in the workspace's time zone."""
    rows = AskCount.objects.of(workspace).filter(day=today_in(workspace)).order_by()
    found: dict[str, dict[str, Entry]] = defaultdict(dict)
    for one in rows.values("flow", "model").annotate(**SUMS):
        row: Entry = dict(one)
        found[str(row["flow"])][row["model"]] = {name: row[name] or 0 for name in SUMS}
    return found


def total(entries: Any) -> Entry:
    """The sum of several such entries."""
    entries = list(entries)
    return {name: sum(entry[name] for entry in entries) for name in SUMS}


def budget_of(workspace: Workspace, flow: Flow | None) -> Entry:
    """Its limits; None where there is none."""
    row = AskBudget.objects.of(workspace).filter(flow=flow).first()
    return {name: getattr(row, name, None) for name in LIMITS}


def askers(workspace: Workspace, lang: str) -> list[Entry]:
    """The flows that ask language models, asked today, or have a budget, each with its limits and what it spent today."""
    spent = spent_today(workspace)
    budgets = {row.flow_id: row for row in AskBudget.objects.of(workspace).exclude(flow=None)}
    names, found = model_names(workspace, lang), []
    for flow in Flow.objects.of(workspace).filter(binned=None).select_related("deployed").order_by("name"):
        document = flow.deployed.document if flow.deployed is not None else flow.document
        mine = spent.get(str(flow.id), {})
        if not mine and flow.id not in budgets and not models_of(document):
            continue
        limits = {name: getattr(budgets.get(flow.id), name, None) for name in LIMITS}
        models = [{"name": names.get(ref, ref), **entry} for ref, entry in sorted(mine.items())]
        found.append({"id": str(flow.id), "name": flow.name, **limits, "spent": total(mine.values()), "models": models})
    return found


def model_names(workspace: Workspace, lang: str) -> dict[str, str]:
    """How people call each registered model, by id."""
    found = {row.ref: spoken(row.label, lang, row.ref) for row in ModelProfile.objects.of(workspace)}
    writer = ModelProfile.objects.of(workspace).filter(writes=True).first()
    return {**found, DEFAULT_MODEL: found.get(writer.ref, DEFAULT_MODEL) if writer is not None else DEFAULT_MODEL}


def accuracy(workspace: Workspace, flow: Flow | None = None) -> list[Entry]:
    """By flow, node and model: how many answers people have marked (`n`), and how many of these were right."""
    rows = AskRecord.objects.of(workspace).exclude(right=None)
    rows = rows.filter(flow=flow) if flow is not None else rows
    counted = rows.order_by().values("flow", "flow__name", "node", "model")
    found = counted.annotate(n=Count("pk"), rights=Count("pk", filter=Q(right=True))).order_by(
        "flow__name", "node", "model"
    )
    return [
        {"flow": str(row["flow"]), "name": row["flow__name"], "node": row["node"], "model": row["model"],
         "n": row["n"], "right": row["rights"], "percent": round(100 * row["rights"] / row["n"])}
        for row in found
    ]  # fmt: skip
