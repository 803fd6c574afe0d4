"""Language models under names of one's own, what they cost, and how much flows may ask of them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from flows import commands
from flows.access import member_of
from flows.models import Membership, ModelProfile, Workspace
from flows.spending import LIMITS, askers, budget_of, total
from nodes.kit.things import spoken
from runtime.deploy import CHAT, EMBED

ALL = "all"


def page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if request.method == "POST":
        return _save(request)
    lang = getattr(request, "LANGUAGE_CODE", "en")
    flows = askers(member.workspace, lang)
    whole = {"id": ALL, "name": "", "spent": total(row["spent"] for row in flows), **budget_of(member.workspace, None)}
    edited = request.GET.get("model", "")
    models = _models(member.workspace, lang)
    context = {
        "models": models,
        "edited": next((row for row in models if row["id"] == edited), None),
        "rows": [_meters(row) for row in (whole, *flows)],
        "currency": member.workspace.currency,
    }
    return render(request, "language_models.html", context)


def _models(workspace: Workspace, lang: str) -> list[dict[str, Any]]:
    rows = ModelProfile.objects.of(workspace).filter(task__in=(CHAT, EMBED))
    return [
        {"id": row.ref, "shown": spoken(row.label, lang, row.ref), "label": row.label, "base_url": row.base_url,
         "model": row.model, "has_key": bool(row.sealed_key), "writes": row.writes, "embeds": row.task == EMBED, "price_in": row.price_in,
         "price_out": row.price_out}
        for row in rows
    ]  # fmt: skip


def _meters(row: dict[str, Any]) -> dict[str, Any]:
    """Tokens and money of the day as parts of what is allowed, at most the whole."""
    parts = [(name, row["spent"][name], row[name]) for name in ("tokens", "money") if row[name] is not None]
    meters = [
        {
            "what": what,
            "spent": spent,
            "limit": limit,
            "over": spent >= limit,
            "part": min(1, spent / limit if limit else 1),
        }
        for what, spent, limit in parts
    ]
    return {**row, "meters": meters, "limits": [{"name": name, "value": row[name]} for name in LIMITS]}


def _save(request: HttpRequest) -> HttpResponse:
    member, given = member_of(request), request.POST
    try:
        _DOES[given.get("do", "model")](member, given)
    except KeyError:
        messages.error(request, _("There is no such thing here."))
    except commands.BadBrokerAddress:
        messages.error(request, _("The address has to begin with https:// or http://, and the model needs a name."))
    except commands.OneEmbedder:
        messages.error(request, _("There is a model for embeddings already: change it, or forget it first."))
    except commands.RefTaken:
        messages.error(request, _("This id is taken by something else."))
    except (commands.NotRegistered, commands.FlowGone):
        messages.error(request, _("There is no such thing here."))
    except commands.BadNumber:
        messages.error(request, _("Give numbers of 0 or more, or leave the field empty."))
    except ValueError:
        messages.error(request, _("An id has letters, digits, - and _, and is not “default”."))
    else:
        messages.success(request, _("Saved."))
    return redirect("language-models")


def _save_model(member: Membership, given: QueryDict) -> None:
    label = {lang: given.get(f"label_{lang}", "").strip() for lang in ("ja", "en")}
    commands.save_profile(
        member,
        given.get("id", "").strip(),
        label={lang: text[:120] for lang, text in label.items() if text},
        base_url=given.get("base_url", ""),
        model=given.get("model", ""),
        key=given.get("key", "") or None,
        price_in=_number(given, "price_in"),
        price_out=_number(given, "price_out"),
        task=given.get("task", CHAT),
    )


def _save_budget(member: Membership, given: QueryDict) -> None:
    whose = given.get("flow", "")
    flow = None if whose == ALL else commands.flow_of(member, uuid.UUID(whose))
    calls, tokens, money = (_number(given, name) for name in LIMITS)
    whole = [None if limit is None else round(limit) for limit in (calls, tokens)]
    commands.set_budget(member, flow, calls=whole[0], tokens=whole[1], money=money)


def _number(given: QueryDict, name: str) -> float | None:
    text = given.get(name, "").strip().replace(",", "")
    try:
        value = float(text) if text else None
    except ValueError:
        raise commands.BadNumber(text) from None
    if value is not None and not 0 <= value < float("inf"):
        raise commands.BadNumber(text)
    return value


_DOES = {
    "model": _save_model,
    "forget": lambda member, given: commands.forget_profile(member, given.get("id", "")),
    "budget": _save_budget,
    "currency": lambda member, given: commands.choose_currency(member, given.get("currency", "")),
}
