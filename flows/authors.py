"""Who can write flows here: the phrasebook always, a language model where one is set up."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from document.problems import say
from flows.model_access import model_access_of
from flows.models import Workspace
from runtime.addresses import AddressRefused, Egress, allowed_networks
from runtime.senders.egress import http_client

if TYPE_CHECKING:
    from llm.compile import Author
    from llm.providers.openai import ChatModel

TRY_SECONDS = 20.0
PHRASEBOOK, MODEL = "phrasebook", "model"


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


def chosen_author(workspace: Workspace, wish: str) -> str:
    """`wish` where it is one, else the one that is ready, a model before the phrasebook."""
    if wish in (PHRASEBOOK, MODEL):
        return wish
    return MODEL if model_access_of(workspace) is not None else PHRASEBOOK


def chat_with(access: dict[str, Any], seconds: float) -> "ChatModel":
    """The model at `access`, reached through the egress door; `seconds` is all the time that it may take."""
    from llm.providers.openai import ChatModel

    client = http_client(Egress(allowed_networks(), trusted=access["trusted"]))
    return ChatModel(access["base_url"], access["key"], access["model"], http_client=client, budget=seconds)


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
    except AddressRefused:
        return False, " ".join(say("author_address_refused", {}, get_language() or "en"))
    except ProviderProblem as failure:
        message, hint = say(failure.code, {"detail": failure.detail} if failure.detail else {}, get_language() or "en")
        return False, f"{message} {hint}".strip()
    return bool(said.strip()), _("The model answers.") if said.strip() else _("The model answered nothing.")
