"""Who can write flows here: the phrasebook always, a language model where one is set up."""

import os
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from flows.commands.connection import author_model
from flows.downlink import model_access
from flows.models import Workspace
from runtime.addresses import Egress, allowed_networks
from runtime.senders.egress import http_client

if TYPE_CHECKING:
    from llm.compile import Author

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


def model_access_of(workspace: Workspace) -> dict[str, Any] | None:
    """Base URL, key and model: from the settings page, else from the environment; `trusted` when the operator of this
    machine gave them, so that a model on this machine may be dialled."""
    row = author_model(workspace)
    if row is not None and row.base_url and row.model:
        return model_access(row)
    url, model = os.environ.get("SUIRO_MODEL_URL", ""), os.environ.get("SUIRO_MODEL", "")
    if url and model:
        return {"base_url": url, "key": os.environ.get("SUIRO_MODEL_KEY", ""), "model": model, "trusted": True}
    return None


def chosen_author(workspace: Workspace, wish: str) -> str:
    """`wish` where it is one, else the phrasebook."""
    return wish if wish in (PHRASEBOOK, MODEL) else PHRASEBOOK


def author_with(access: dict[str, Any]) -> "Author":
    """The model at `access`, reached through the egress door."""
    from llm.authors.model import ModelAuthor

    client = http_client(Egress(allowed_networks(), trusted=access["trusted"]))
    return ModelAuthor(base_url=access["base_url"], key=access["key"], model=access["model"], http_client=client)
