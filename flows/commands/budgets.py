"""Language models under names of one's own, what they cost, and how much flows may ask of them."""

import re
from typing import Any

from django.db import transaction

from flows import live
from flows.commands.connection import BadAddress, is_model_address
from flows.commands.deploying import worker_of
from flows.commands.registry import NotRegistered, registry_changed
from flows.models import AskBudget, Flow, Membership, ModelProfile, Worker, Workspace
from flows.models_asked import models_of
from flows.rights import OWNER, needs
from flows.sealing import seal
from runtime.deploy import CHAT, DEFAULT_MODEL

_REF = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
MOST = 1e12
"""The largest price, number of tokens, or amount of money."""


class BadNumber(Exception):
    """A price or a limit that is none."""


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
) -> ModelProfile:
    """Make or change the language model `ref`, which nodes name. `key` None keeps the one it has for this address; prices are
    for a million tokens. Raises BadAddress, BadNumber, RefTaken, ValueError."""
    base_url = base_url.strip()
    if not _REF.match(ref) or ref == DEFAULT_MODEL:
        raise ValueError(ref)
    if not is_model_address(base_url) or not 0 < len(model.strip()) <= 200:
        raise BadAddress(base_url)
    with transaction.atomic():
        row = ModelProfile.objects.of(member.workspace).filter(ref=ref).first()
        row = row or ModelProfile(workspace=member.workspace, ref=ref)
        if row.task != CHAT:
            raise RefTaken(ref)
        if key is None and row.base_url != base_url:
            row.sealed_key = ""  # a key is sealed for its address
        row.base_url, row.model = base_url, model.strip()
        row.label = label or row.label
        row.price_in, row.price_out = _checked(price_in), _checked(price_out)
        if key is not None:
            row.sealed_key = seal(key.strip(), row.purpose())
        row.save()
        _changed(member.workspace, {ref, DEFAULT_MODEL} if row.writes else {ref})
    return row


@needs(OWNER)
def forget_profile(member: Membership, ref: str) -> None:
    """Flows that name it have no access to it any more. Raises NotRegistered."""
    with transaction.atomic():
        gone, _ = ModelProfile.objects.of(member.workspace).filter(ref=ref, task=CHAT).delete()
        if not gone:
            raise NotRegistered(ref)
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
    for flow in Flow.objects.of(workspace).filter(wanted=True).exclude(deployed=None).select_related("deployed"):
        worker = worker_of(flow)
        if worker is not None and flow.deployed is not None and refs & set(models_of(flow.deployed.document)):
            live.tell_worker(worker.id, "deploy", flow=str(flow.id))
    registry_changed(workspace)
    tell_budgets(workspace)


def _checked(value: Any, most: float = MOST) -> Any:
    if value is not None and not 0 <= value <= most:
        raise BadNumber(value)
    return value
