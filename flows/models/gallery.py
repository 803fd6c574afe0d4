"""Scenarios of the gallery at work in a workspace, and the reports that are made of flows."""

from django.conf import settings
from django.db import models

from flows.models.flow import Flow
from flows.models.plan import SitePlan
from flows.models.scoped import Owned


class Copy(Owned):
    """A scenario that somebody started here. `made`: by section of registry.json, the ids that were registered for it and go
    with it; `plan` is the floor plan that came along. `started` is when its virtual devices were switched on last."""

    scenario = models.CharField(max_length=64)
    flow = models.ForeignKey(Flow, null=True, on_delete=models.SET_NULL, related_name="copies")
    plan = models.ForeignKey(SitePlan, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.JSONField(default=dict)
    started = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "scenario"], name="copy_once")]
        ordering = ["started"]


class Report(Owned):
    """One page about what a flow did from `start` to `until`, for a customer. `facts` are what was there when it was made
    (flows/reporting): what is thrown away later stays in it. `inputs` and `results` are its savings, as in scenario.json but
    with words in one language."""

    flow = models.ForeignKey(Flow, null=True, on_delete=models.SET_NULL, related_name="reports")
    title = models.CharField(max_length=200)
    customer = models.CharField(max_length=120, blank=True)
    remark = models.TextField(blank=True)
    lang = models.CharField(max_length=8)
    start = models.DateTimeField()
    until = models.DateTimeField()
    facts = models.JSONField(default=dict)
    inputs = models.JSONField(default=list)
    results = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        ordering = ["-created"]


class ReportLink(Owned):
    """Shows a report to whoever has it, until it is revoked (the row is deleted) or `expires`. Only the hash of its secret part
    is kept."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField(null=True, blank=True)
    opened = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        ordering = ["created"]
