"""The operator's view of the tables, for whoever runs the installation. It crosses workspaces and shows no secret."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest

from flows import models

if TYPE_CHECKING:
    Table = admin.ModelAdmin[Any]
else:
    Table = admin.ModelAdmin

_SECRET = ("sealed_", "token_hash", "secret_hash")


class Readable(Table):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every write is a command with its own checks; a row changed here would go around approvals."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.model._meta.fields if _is_secret(field)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = getattr(self.model, "everywhere", self.model._default_manager).all()
        return rows


def _is_secret(field: "Field[object, object]") -> bool:
    return field.name.startswith(_SECRET)


class Rows(Readable):
    list_filter = ("workspace",)


admin.site.register(models.Workspace, Readable)
for _model in (
    models.Membership, models.Flow, models.FlowVersion, models.DeviceType, models.Device, models.Destination,
    models.ModelProfile, models.Table, models.Broker, models.Worker, models.Notice, models.Firing, models.FiringCount, models.TraceProblem, models.Job,
    models.Approval, models.PendingApproval, models.AskBudget, models.AskRecord, models.AskCount,
):  # fmt: skip
    admin.site.register(_model, Rows)
