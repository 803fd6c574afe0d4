"""How the language model of a workspace is reached. Keys are opened here alone."""

import os
from typing import Any

from flows.models import ModelProfile, Workspace
from flows.sealing import CannotOpen, unseal
from runtime.deploy import EMBED

ENVIRONMENT = (
    ("SUIRO_MODEL_URL", "OPENAI_BASE_URL"),
    ("SUIRO_MODEL_KEY", "OPENAI_API_KEY"),
    ("SUIRO_MODEL_NAME", "OPENAI_MODEL"),
)
"""Base URL, key and name of the model, in that order: our variable, else the usual one."""
USUAL_URL = "https://api.openai.com/v1"


def model_access_of(workspace: Workspace) -> dict[str, Any] | None:
    """`base_url`, `key` and `model`: from the settings page, else from the environment; `trusted` when the operator of
    this machine gave them, so that a model on this machine may be dialled."""
    row = author_model(workspace)
    if row is not None and row.base_url and row.model:
        return model_access(row)
    url, key, name = (_given(ours, theirs) for ours, theirs in ENVIRONMENT)
    if name and (url or key):
        return {"base_url": url or USUAL_URL, "key": key, "model": name, "trusted": True}
    return None


def author_model(workspace: Workspace) -> ModelProfile | None:
    """What the settings page keeps."""
    return ModelProfile.objects.of(workspace).filter(writes=True).first()


def embedding_model(workspace: Workspace) -> ModelProfile | None:
    """The one for documents."""
    return ModelProfile.objects.of(workspace).filter(task=EMBED).exclude(base_url="").first()


def model_access(row: ModelProfile) -> dict[str, Any]:
    """How to reach the model, key included. What was typed into a browser is not `trusted`."""
    try:
        key = unseal(row.sealed_key, row.purpose())
    except CannotOpen:
        key = ""
    return {"base_url": row.base_url, "key": key, "model": row.model, "trusted": False}


def _given(ours: str, theirs: str) -> str:
    return os.environ.get(ours) or os.environ.get(theirs) or ""
