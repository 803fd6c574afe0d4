"""Workers, and what they sent up: notices, stored rows, firings and problems."""

from django.conf import settings
from django.db import models

from flows.models.flow import Flow
from flows.models.scoped import Owned


class Worker(Owned):
    """A process that runs flows. `last_seq` is the last numbered row of its outbox that is kept here,
    `outbox` the id of that outbox: another one counts anew."""

    name = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    outbox = models.CharField(max_length=64, blank=True)
    connected = models.BooleanField(default=False)
    seen = models.DateTimeField(null=True, blank=True)
    status = models.JSONField(default=dict)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="worker_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OfFlow(Owned):
    """A row that a node of a flow sent up. `time` is when it happened, for the device."""

    node = models.CharField(max_length=64)
    device = models.CharField(max_length=64, null=True, blank=True)
    time = models.DateTimeField()

    class Meta(Owned.Meta):
        abstract = True


class Notice(OfFlow):
    """A text in the product's inbox; `seq` counts per workspace."""

    flow = models.ForeignKey(Flow, null=True, on_delete=models.SET_NULL, related_name="+")
    seq = models.PositiveBigIntegerField()
    to = models.CharField(max_length=64)
    text = models.TextField()
    key = models.CharField(max_length=64, blank=True)
    acked = models.DateTimeField(null=True, blank=True)
    acked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(OfFlow.Meta):
        indexes = [models.Index(fields=["workspace", "-seq"], name="notice_newest")]
        ordering = ["-seq"]


class StoredRow(OfFlow):
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField()

    class Meta(OfFlow.Meta):
        indexes = [models.Index(fields=["flow", "node", "-time"], name="stored_newest")]
        ordering = ["-time"]


class Firing(OfFlow):
    """One action of a flow and what came of it: `sent` is null while that is open."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=64)
    sent = models.BooleanField(null=True)
    detail = models.CharField(max_length=500, blank=True)

    class Meta(OfFlow.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="fired_once")]
        indexes = [models.Index(fields=["workspace", "-time"], name="firing_newest")]
        ordering = ["-time"]


class TraceProblem(OfFlow):
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=64)
    args = models.JSONField(default=dict)

    class Meta(OfFlow.Meta):
        indexes = [models.Index(fields=["workspace", "-time"], name="problem_newest")]
        ordering = ["-time"]


class PendingApproval(OfFlow):
    """One command of which a person approves every single firing (`approval: true` in the registry): held by the worker
    until `expires`. `state` is what a person said, or what became of it without them; `key` is the firing's."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"
        EXPIRED = "expired"
        GONE = "gone"

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    command = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    expires = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    answered = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(OfFlow.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="asked_once")]
        indexes = [models.Index(fields=["workspace", "state", "-expires"], name="asked_newest")]
        ordering = ["-time"]
