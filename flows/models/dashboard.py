"""How people arranged the dashboard of a flow, and the links by which others may look at it."""

from django.conf import settings
from django.db import models

from flows.models.flow import Flow
from flows.models.scoped import Owned


class Dashboard(Owned):
    """`order`, `hidden`, `wide` and `small` are ids of tiles (document/dashboard.py). A flow without a row shows all of
    them as they come."""

    flow = models.OneToOneField(Flow, on_delete=models.CASCADE, related_name="dashboard")
    order = models.JSONField(default=list)
    hidden = models.JSONField(default=list)
    wide = models.JSONField(default=list)
    small = models.JSONField(default=list)

    class Meta(Owned.Meta):
        pass


class DashboardLink(Owned):
    """A link that shows the dashboard of `flow` to whoever has it, until it is revoked (the row is deleted) or
    `expires`. Only the hash of its secret part is kept; `opened` is when somebody last came by it."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="dashboard_links")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, blank=True)
    expires = models.DateTimeField(null=True, blank=True)
    opened = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        ordering = ["created"]
