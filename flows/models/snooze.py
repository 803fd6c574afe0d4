"""What people do not want to be told for a while."""

from django.conf import settings
from django.db import models

from flows.models.flow import Flow
from flows.models.scoped import Owned


class Snooze(Owned):
    """From `start` until `until`, notices of `flow` about `device` are held back; one of the two may be left out and means
    any. With `commands`, commands too. Who ends it early sets `until`: what was held back stays listed with it."""

    flow = models.ForeignKey(Flow, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    device = models.CharField(max_length=64, null=True, blank=True)
    start = models.DateTimeField()
    until = models.DateTimeField()
    commands = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["workspace", "until"], name="snooze_last")]
        ordering = ["start"]
