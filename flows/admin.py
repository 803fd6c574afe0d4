"""The operator's view of the tables, for whoever runs the installation. It crosses workspaces and shows no secret."""

from django.contrib import admin
from django.db.models import Field, Model

from flows import models

_SECRET = ("sealed_", "token_hash", "secret_hash")


class ReadMostly(admin.ModelAdmin):  # type: ignore[type-arg]
    list_filter = ("workspace",)
    readonly_fields = ("id", "created", "updated")

    def __init__(self, model: type[Model], site: admin.AdminSite) -> None:
        self.exclude = [field.name for field in model._meta.fields if _is_secret(field)]
        super().__init__(model, site)

    def get_queryset(self, request: object) -> object:
        return self.model.everywhere.all()


def _is_secret(field: "Field[object, object]") -> bool:
    return field.name.startswith(_SECRET)


admin.site.register(models.Workspace)
for _model in (
    models.Membership, models.Flow, models.FlowVersion, models.DeviceType, models.Device, models.Destination,
    models.ModelProfile, models.Broker, models.Worker, models.Notice, models.Firing, models.TraceProblem, models.Job,
    models.Approval,
):  # fmt: skip
    admin.site.register(_model, ReadMostly)
