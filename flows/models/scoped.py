"""Every row belongs to a workspace, and every query says which one."""

import uuid
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class Unscoped(Exception):
    """A query of workspace rows that does not say whose."""


class OfWorkspace(models.Manager[Row]):
    """`objects.of(workspace)` is the only way in: everything else raises, so that no query forgets the workspace."""

    def of(self, workspace: "models.Model | uuid.UUID") -> "models.QuerySet[Row]":
        return super().get_queryset().filter(workspace=workspace)

    def get_queryset(self) -> Any:
        raise Unscoped(f"{self.model.__name__}.objects: say objects.of(workspace)")

    def add(self, workspace: "models.Model", **fields: Any) -> Row:
        """A new row of `workspace`."""
        row = self.model(workspace=workspace, **fields)
        row.save(force_insert=True)
        return row


class Owned(models.Model):
    """What all workspace rows share. `everywhere` crosses workspaces and is for sign-in of workers and for commands of
    the installation alone; a test lists who may use it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey("flows.Workspace", on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    everywhere = models.Manager()
    objects = OfWorkspace()

    class Meta:
        abstract = True
        default_manager_name = "everywhere"
        base_manager_name = "everywhere"
