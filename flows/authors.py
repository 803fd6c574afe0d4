"""Who can write flows here: the phrasebook always, a language model where one is set up."""

import os
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from document.problems import say
from flows.commands.connection import author_model
from flows.downlink import model_access
from flows.models import Workspace
from runtime.addresses import Egress, allowed_networks
from runtime.senders.egress import http_client

if TYPE_CHECKING:
    from llm.compile import Author
    from llm.providers.openai import ChatModel

TRY_SECONDS = 20.0
PHRASEBOOK, MODEL = "phrasebook", "model"
ENVIRONMENT = (
    ("SUIRO_MODEL_URL", "OPENAI_BASE_URL"),
    ("SUIRO_MODEL_KEY", "OPENAI_API_KEY"),
    ("SUIRO_MODEL_NAME", "OPENAI_MODEL"),
)
"""Base URL, key and name of the model, in that order: our variable, else the usual one."""


def authors(workspace: Workspace) -> list[dict[str, Any]]:
    """The one to prefer first."""
    access = model_access_of(workspace)
    model = {
        "id": MODEL,
        "label": _("Language model"),
        "ready": access is not None,
        "detail": access["model"] if access else _("Not set up yet: see Settings."),
    }
    phrasebook = {
        "id": PHRASEBOOK,
        "label": _("Phrasebook"),
        "ready": True,
        "detail": _("Built in. Needs no network and always answers alike."),
    }
    return [model, phrasebook] if access else [phrasebook, model]


def model_access_of(workspace: Workspace) -> dict[str, Any] | None:
    """Base URL, key and model: from the settings page, else from the environment; `trusted` when the operator of this
    machine gave them, so that a model on this machine may be dialled."""
    row = author_model(workspace)
    if row is not None and row.base_url and row.model:
        return model_access(row)
    url, key, name = (_given(ours, theirs) for ours, theirs in ENVIRONMENT)
    if name and (url or key):
        return {"base_url": url, "key": key, "model": name, "trusted": True}
    return None


def _given(ours: str, theirs: str) -> str:
    return os.environ.get(ours) or os.environ.get(theirs) or ""


def chosen_author(workspace: Workspace, wish: str) -> str:
    """`wish` where it is one, else the phrasebook."""
    return wish if wish in (PHRASEBOOK, MODEL) else PHRASEBOOK


def chat_with(access: dict[str, Any], seconds: float) -> "ChatModel":
    """The model at `access`, reached through the egress door; `seconds` is all the time that it may take."""
    from llm.providers.openai import ChatModel

    client = http_client(Egress(allowed_networks(), trusted=access["trusted"]))
    url = access["base_url"] or None
    return ChatModel(url, access["key"], access["model"], http_client=client, budget=seconds)


def author_with(access: dict[str, Any]) -> "Author":
    """The author that asks the model at `access`."""
    from llm.authors.model import ModelAuthor

    return ModelAuthor(chat_with(access, settings.JOB_SECONDS * 0.9))


def try_model(workspace: Workspace) -> tuple[bool, str]:
    """Whether the model answers, and what to tell a person."""
    from llm.providers.openai import ProviderProblem

    access = model_access_of(workspace)
    if access is None:
        return False, _("Not set up yet: see Settings.")
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"],
              "additionalProperties": False}  # fmt: skip
    asked = [{"role": "user", "content": 'Answer with the JSON object {"ok": true} and nothing else.'}]
    try:
        said = "".join(chat_with(access, TRY_SECONDS).stream(asked, schema))
    except ProviderProblem as failure:
        message, hint = say(failure.code, {"detail": failure.detail} if failure.detail else {}, get_language() or "en")
        return False, f"{message} {hint}".strip()
    return bool(said.strip()), _("The model answers.") if said.strip() else _("The model answered nothing.")
