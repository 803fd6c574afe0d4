"""What went wrong with the installation itself, from when to when."""

from django.db import models

from flows.models.flow import Flow
from flows.models.scoped import Owned
from flows.models.worker import Worker


class Incident(Owned):
    """`subject` tells incidents of one kind apart, `name` is what people call it. People are told at `tell_at` if it is
    still open then (`told` is when), and again when it has healed; of what heals before they hear nothing."""

    class Kind(models.TextChoices):
        WORKER = "worker"
        BROKER = "broker"
        TAKEN_OVER = "taken_over"
        TWIN = "twin"
        STORE = "store"
        CLOCK = "clock"
        SOURCE = "source"
        DESTINATION = "destination"
        REFUSED = "refused"
        ROLLED_BACK = "rolled_back"
        MODEL_DRIFT = "model_drift"
        BUDGET = "budget"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    detail = models.CharField(max_length=500, blank=True)
    worker = models.ForeignKey(Worker, null=True, on_delete=models.CASCADE, related_name="+")
    flow = models.ForeignKey(Flow, null=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    tell_at = models.DateTimeField()
    told = models.DateTimeField(null=True, blank=True)
    healed = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "subject"], condition=models.Q(healed__isnull=True), name="open_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-since"], name="incident_newest")]
        ordering = ["-since"]
