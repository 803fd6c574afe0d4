"""Language models under names of one's own, what they cost, and how much flows may ask of them."""

import re
from collections.abc import Callable
from typing import Any

from django.db import transaction

from flows import live
from flows.commands.connection import BadAddress, is_model_address
from flows.commands.deploying import worker_of
from flows.commands.manuals import lock_manuals, remake_index
from flows.commands.registry import NotRegistered, registry_changed
from flows.manuals.showing import titles_asked
from flows.models import AskBudget, Flow, Membership, ModelProfile, Worker, Workspace
from flows.models_asked import models_of
from flows.rights import OWNER, needs
from flows.sealing import seal
from runtime.deploy import CHAT, DEFAULT_MODEL, EMBED

_REF = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
MOST = 1e12
"""The largest price, number of tokens, or amount of money."""


class BadNumber(Exception):
    """A price or a limit that is none."""


class OneEmbedder(Exception):
    """Another model makes the vectors of the documents."""


class RefTaken(Exception):
    """Something else that is registered has this id."""


@needs(OWNER)
def save_profile(
    member: Membership,
    ref: str,
    *,
    label: dict[str, str],
    base_url: str,
    model: str,
    key: str | None,
    price_in: float | None,
    price_out: float | None,
    task: str = CHAT,
) -> ModelProfile:
    """Make or change the language model `ref`, which nodes name; with the task EMBED the one by which documents are searched, of
    which there is one. `key` None keeps the one it has for this address; prices are
    for a million tokens. Raises BadAddress, BadNumber, OneEmbedder, RefTaken, ValueError."""
    base_url = base_url.strip()
    if not _REF.match(ref) or ref == DEFAULT_MODEL or task not in (CHAT, EMBED):
        raise ValueError(ref)
    if not is_model_address(base_url) or not 0 < len(model.strip()) <= 200:
        raise BadAddress(base_url)
    with transaction.atomic():
        row = ModelProfile.objects.of(member.workspace).filter(ref=ref).first()
        row = row or ModelProfile(workspace=member.workspace, ref=ref, task=task)
        if row.task != task:
            raise RefTaken(ref)
        if task == EMBED and ModelProfile.objects.of(member.workspace).filter(task=EMBED).exclude(ref=ref).exists():
            raise OneEmbedder
        if key is None and row.base_url != base_url:
            row.sealed_key = ""  # a key is sealed for its address
        row.base_url, row.model = base_url, model.strip()
        row.label = label or row.label
        row.price_in, row.price_out = _checked(price_in), _checked(price_out)
        if key is not None:
            row.sealed_key = seal(key.strip(), row.purpose())
        row.save()
        if task == EMBED:
            _embedding_changed(member.workspace)
        else:
            _changed(member.workspace, {ref, DEFAULT_MODEL} if row.writes else {ref})
    return row


@needs(OWNER)
def forget_profile(member: Membership, ref: str) -> None:
    """Flows that name it have no access to it any more. Raises NotRegistered."""
    with transaction.atomic():
        row = ModelProfile.objects.of(member.workspace).filter(ref=ref, task__in=(CHAT, EMBED)).first()
        if row is None:
            raise NotRegistered(ref)
        row.delete()
        if row.task == EMBED:
            _embedding_changed(member.workspace)
        else:
            _changed(member.workspace, {ref})


@needs(OWNER)
def set_budget(
    member: Membership, flow: Flow | None, *, calls: int | None, tokens: int | None, money: float | None
) -> None:
    """What one flow, or all together (None), may ask: calls a minute, tokens and money a day; None: as much as it likes.
    Workers heed it at once. Raises BadNumber."""
    workspace = member.workspace
    facts = {"calls": _checked(calls, 1e9), "tokens": _checked(tokens), "money": _checked(money)}
    with transaction.atomic():
        if all(limit is None for limit in facts.values()):
            AskBudget.objects.of(workspace).filter(flow=flow).delete()
        else:
            create = {"workspace": workspace, "flow": flow, **facts}
            AskBudget.objects.of(workspace).update_or_create(flow=flow, defaults=facts, create_defaults=create)
        tell_budgets(workspace)


@needs(OWNER)
def choose_currency(member: Membership, currency: str) -> None:
    """What prices are in, as people here write it. Nothing is converted."""
    member.workspace.currency = currency.strip()[:12]
    member.workspace.save(update_fields=["currency"])


def tell_budgets(workspace: Workspace) -> None:
    """Workers hear of budgets and prices."""
    for worker in Worker.objects.of(workspace):
        live.tell_worker(worker.id, "budgets")


def _changed(workspace: Workspace, refs: set[str]) -> None:
    """Flows that ask these models reach them as they are now."""
    _deploy(workspace, lambda document: bool(refs & set(models_of(document))))
    registry_changed(workspace)
    tell_budgets(workspace)


def _embedding_changed(workspace: Workspace) -> None:
    """Flows that ask documents reach the model as it is now, and the documents have its vectors."""
    lock_manuals(workspace)
    remake_index(workspace)
    _deploy(workspace, lambda document: bool(titles_asked(document)))
    tell_budgets(workspace)


def _deploy(workspace: Workspace, concerned: Callable[[dict[str, Any]], bool]) -> None:
    """Once more, what runs of these documents."""
    for flow in Flow.objects.of(workspace).filter(wanted=True).exclude(deployed=None).select_related("deployed"):
        worker = worker_of(flow)
        if worker is not None and flow.deployed is not None and concerned(flow.deployed.document):
            live.tell_worker(worker.id, "deploy", flow=str(flow.id))


def _checked(value: Any, most: float = MOST) -> Any:
    if value is not None and not 0 <= value <= most:
        raise BadNumber(value)
    return value
