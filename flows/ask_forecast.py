"""About what the questions of a flow to language models will take a day: said before it is deployed, with what it is known from."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, F, Min, Q, Sum

from document.wiring import wires
from flows.commands.asks import today_in
from flows.models import AskCount, AskRecord, Device, Flow, ModelProfile, Worker
from flows.models_asked import DEFAULT_MODEL, models_of
from flows.spending import budget_of, model_names, spent_today, total
from nodes.kit.answer_fields import AnswerField, answer_schema
from nodes.kit.catalog import full_catalog
from nodes.kit.duration import parse_duration
from runtime.inference.use import about_tokens, picture_tokens

Entry = dict[str, Any]
DAY = 86_400_000
MEASURED_DAYS, LEAST_TIME = 7, 300_000
"""Days back over which a node's own questions are averaged, and for how long (ms) a source must have run for its rate to count."""
MOST_HEARD = 2 * 86_400.0
"""Events a day of one device up to which a worker that only watches counts them all."""
DATA_TOKENS, FIELD_TOKENS, PICTURE = 60, 12, (1_024, 768)
"""What an event's data and one field of an answer take, about, and the size of a picture, where nothing was measured."""
KEEPS_PACE = frozenset({"transform"})
"""Groups of kinds that send about one event for each that comes."""


def forecast(flow: Flow, document: Any, lang: str) -> list[Entry]:
    """For each node of `document` that asks a language model: {"node", "label", "model", "asks" (a day, null: not known), "basis"
    (measured, as_now, at_most, unknown), "days", "tokens_in", "tokens_out" (a question), "measured" (whether these are), "tokens"
    and "money" (a day), "second" (the model asked when unsure, not counted here), "limits": [{"of", "what", "limit", "fits"}]}.
    `fits` is null where it is not known."""
    found = [_node(flow, document, node, lang) for node in _askers(document)]
    for what in ("calls", "tokens", "money"):
        for whose, row in (("flow", flow), ("workspace", None)):
            limit = budget_of(flow.workspace, row)[what]
            if limit is not None:
                _hold(found, flow, whose, what, limit)
    return found


def _hold(found: list[Entry], flow: Flow, whose: str, what: str, limit: float) -> None:
    """Whether all of the flow's questions together, and what others spent today, stay within a limit."""
    per = [
        entry["asks"] / 1_440 if what == "calls" and entry["asks"] is not None else entry.get(what) for entry in found
    ]
    known = [one for one in per if one is not None]
    others = 0.0
    if whose == "workspace" and what != "calls":
        spent = spent_today(flow.workspace)
        others = total(one for id, models in spent.items() if id != str(flow.id) for one in models.values())[what]
    over = sum(known) + others > limit
    fits = False if over else True if len(known) == len(per) else None
    for entry in found:
        entry["limits"].append({"of": whose, "what": what, "limit": limit, "fits": fits})


def _askers(document: Any) -> Iterator[Entry]:
    for node in document.get("nodes", []) if isinstance(document, dict) else ():
        if isinstance(node, dict) and isinstance(node.get("id"), str) and models_of({**document, "nodes": [node]}):
            yield node


def _node(flow: Flow, document: Entry, node: Entry, lang: str) -> Entry:
    params = _plain(node, document)
    model, second = str(params.get("model") or DEFAULT_MODEL), params.get("when_unsure")
    asks, basis, days = _asks(flow, document, node, params)
    tokens_in, tokens_out, measured = _tokens(flow, node["id"], model, params)
    price, names = _price(flow, model), model_names(flow.workspace, lang)
    tokens = None if asks is None else asks * (tokens_in + tokens_out)
    money = None if asks is None or price is None else asks * (tokens_in * price[0] + tokens_out * price[1]) / 1_000_000
    return {
        "node": node["id"], "label": str(node.get("label") or node["id"]), "model": names.get(model, model),
        "asks": asks, "basis": basis, "days": days, "tokens_in": tokens_in, "tokens_out": tokens_out,
        "measured": measured, "tokens": tokens, "money": money, "priced": price is not None,
        "currency": flow.workspace.currency,
        "second": names.get(str(second), str(second)) if second else None, "limits": [],
    }  # fmt: skip


def _price(flow: Flow, model: str) -> tuple[float, float] | None:
    which = Q(writes=True) if model == DEFAULT_MODEL else Q(ref=model)
    row = ModelProfile.objects.of(flow.workspace).filter(which).first()
    if row is None or (row.price_in is None and row.price_out is None):
        return None
    return row.price_in or 0.0, row.price_out or 0.0


def _asks(flow: Flow, document: Entry, node: Entry, params: Entry) -> tuple[float | None, str, int]:
    """Questions a day, from what that is known, and over how many days it was measured."""
    before = next((one for one in _deployed(flow) if one.get("id") == node["id"]), None)
    if before is not None and before.get("params") == node.get("params") and before.get("from") == node.get("from"):
        measured = _measured(flow, node["id"])
        if measured is not None:
            return measured[0], "measured", measured[1]
    rate, straight = _rate(flow, document, node["id"])
    if rate is None:
        return None, "unknown", 0
    every, most = params.get("at_most_every"), rate
    if isinstance(every, str):
        most = min(rate, _devices(flow, document["nodes"]) * DAY / parse_duration(every))
    sure = straight and not (params.get("only_on_change") or params.get("newest_only") or params.get("keep_for"))
    return most, "as_now" if sure else "at_most", 0


def _measured(flow: Flow, node: str) -> tuple[float, int] | None:
    """What the node asked on whole days before today."""
    today = today_in(flow.workspace)
    rows = AskCount.objects.of(flow.workspace).filter(flow=flow, node=node, day__lt=today)
    rows = rows.filter(day__gte=today - timedelta(days=MEASURED_DAYS)).order_by()
    known = rows.aggregate(first=Min("day"), asked=Sum(F("answer") + F("unsure") + F("failed")))
    if known["first"] is None:
        return None
    days = (today - known["first"]).days
    return (known["asked"] or 0) / days, days


def _rate(flow: Flow, document: Entry, node: str) -> tuple[float | None, bool]:
    """Events a day of all sources before a node, and whether each of them comes to it."""
    catalog, by_id = full_catalog(), {one.get("id"): one for one in document["nodes"] if isinstance(one, dict)}
    inputs, straight, rate, left, seen = wires(document, catalog).inputs, True, 0.0, [node], {node}
    while left:
        ends = [source for port in inputs.get(left.pop(), {}).values() for source, _ in port]
        for id in ends:
            kind = catalog.get(by_id.get(id, {}).get("kind"))
            if id in seen or kind is None:
                continue
            seen.add(id)
            if kind.inputs:
                straight = straight and kind.group in KEEPS_PACE
                left.append(id)
                continue
            mine = _source_rate(flow, document, by_id[id])
            if mine is None:
                return None, False
            rate += mine
    return rate, straight


def _source_rate(flow: Flow, document: Entry, source: Entry) -> float | None:
    """Events a day: as the source says itself, else as a running flow with the same source has received them, else as a
    worker has heard of the devices of its type."""
    every = _plain(source, document).get("every")
    if isinstance(every, str):
        return DAY / parse_duration(every) * _devices(flow, [source])
    workers = list(Worker.objects.of(flow.workspace))
    flows = {str(one.id): one for one in Flow.objects.of(flow.workspace).filter(wanted=True).select_related("deployed")}
    for worker in workers:
        for id, counts in (worker.status.get("flows") or {}).items():
            running = flows.get(id)
            if running is None or running.status_since is None:
                continue
            since = round(running.status_since.timestamp() * 1000)
            for one in _deployed(running):
                if one.get("kind") == source.get("kind") and one.get("params") == source.get("params"):
                    received = ((counts.get("sources") or {}).get(one.get("id")) or {}).get("received")
                    if (rate := _a_day(received, since, worker.status.get("at"))) is not None:
                        return rate
    return _heard(flow, workers, source)


def _heard(flow: Flow, workers: list[Worker], source: Entry) -> float | None:
    """Of the devices that the source reads, where it reads those of a type."""
    params = source.get("params") or {}
    for worker in workers:
        heard = worker.status.get("heard") or {}
        received = (heard.get("types") or {}).get(params.get("type"))
        rate = _a_day(received, heard.get("since"), worker.status.get("at"))
        if rate is not None and rate <= MOST_HEARD * _devices(flow, [source]):
            only = params.get("only")
            return rate * len(only) / _devices(flow, [source]) if isinstance(only, list) else rate
    return None


def _a_day(received: Any, since: Any, at: Any) -> float | None:
    """So many from `since` until `at` (ms); None where that is not known, or too short to say."""
    known = all(isinstance(one, int) for one in (received, since, at)) and at - since >= LEAST_TIME
    return received * DAY / (at - since) if known else None


def _deployed(flow: Flow) -> list[Entry]:
    nodes = flow.deployed.document.get("nodes", []) if flow.deployed is not None else []
    return [node for node in nodes if isinstance(node, dict)]


def _devices(flow: Flow, nodes: list[Entry]) -> int:
    """The devices of the types that these nodes read, at least one."""
    params = [one.get("params") or {} for one in nodes if isinstance(one, dict)]
    types = [one["type"] for one in params if isinstance(one.get("type"), str)]
    return max(1, Device.objects.of(flow.workspace).filter(type__ref__in=types).count())


def _plain(node: Entry, document: Entry) -> Entry:
    """Its params, with the values of settings in their places."""
    settings = document.get("settings") or {}
    given = {name: value for name, value in (node.get("params") or {}).items()}
    for name, value in given.items():
        if isinstance(value, str) and value.startswith("$") and isinstance(settings.get(value[1:]), dict):
            given[name] = settings[value[1:]].get("value")
    return given


def _tokens(flow: Flow, node: str, model: str, params: Entry) -> tuple[float, float, bool]:
    """Tokens in and out of one question, and whether they were measured."""
    asked = AskRecord.objects.of(flow.workspace).filter(flow=flow, node=node, model=model, tokens_in__gt=0)
    known = asked.aggregate(n=Count("pk"), tokens_in=Avg("tokens_in"), tokens_out=Avg("tokens_out"))
    if known["n"]:
        return known["tokens_in"], known["tokens_out"], True
    fields = []
    for field in params.get("fields") or ():
        try:
            fields.append(AnswerField.model_validate(field))
        except ValueError:
            continue
    words = f"{params.get('prompt', '')} {answer_schema(fields)}"
    picture = picture_tokens(*PICTURE) if params.get("image") else 0
    return about_tokens(words) + DATA_TOKENS + picture, FIELD_TOKENS * (len(fields) + 1), False
