"""Workers, and what they sent up: notices, stored rows, firings and problems."""

from django.conf import settings
from django.db import models

from flows.models.flow import Flow
from flows.models.scoped import Owned
from flows.models.snooze import Snooze


class Worker(Owned):
    """A process that runs flows. `last_seq` is the last numbered row of its outbox that is kept here,
    `outbox` the id of that outbox: another one counts anew. `epoch` counts the processes that signed in with this identity,
    `run` is the one that may act; older ones are fenced."""

    name = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    outbox = models.CharField(max_length=64, blank=True)
    epoch = models.PositiveBigIntegerField(default=0)
    run = models.CharField(max_length=64, blank=True)
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
    """A text in the product's inbox; `seq` counts per workspace. `snoozed`: a person did not want to hear of it, so that it
    was sent nowhere and waits for nobody (`acked` is set from the start); `snooze` is theirs. `picture` is the sha256 of one that
    a worker keeps for a while."""

    flow = models.ForeignKey(Flow, null=True, on_delete=models.SET_NULL, related_name="+")
    seq = models.PositiveBigIntegerField()
    to = models.CharField(max_length=64)
    text = models.TextField()
    picture = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=64, blank=True)
    acked = models.DateTimeField(null=True, blank=True)
    acked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    snoozed = models.BooleanField(default=False)
    snooze = models.ForeignKey(Snooze, null=True, on_delete=models.SET_NULL, related_name="held")

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
    """One action of a flow and what came of it: `sent` is null while that is open, `outcome` the worker's word for it; `done` is
    when the worker knew."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=64)
    sent = models.BooleanField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    done = models.DateTimeField(null=True, blank=True)

    class Meta(OfFlow.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="fired_once")]
        indexes = [
            models.Index(fields=["workspace", "-time"], name="firing_newest"),
            models.Index(fields=["flow", "-time"], name="firing_of_flow"),
        ]
        ordering = ["-time"]


class FiringCount(Owned):
    """How many firings of one hour are not kept any more, and how many of them failed."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "hour"], name="hour_once")]


class TraceProblem(OfFlow):
    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=64)
    args = models.JSONField(default=dict)

    class Meta(OfFlow.Meta):
        indexes = [models.Index(fields=["workspace", "-time"], name="problem_newest")]
        ordering = ["-time"]


class DeadLetter(OfFlow):
    """Something that a worker has given up: an effect that was not sent, or a message that a source could not read. The
    worker keeps the thing itself; this is what people see of it. `time` is when it was given up, `made` when it was made
    or received; `action` is the kind of the node, `to` a destination, a device or a topic, `reason` a problem code with
    its `args`. After `expires` an action cannot be replayed any more."""

    class Kind(models.TextChoices):
        EFFECT = "effect"
        MESSAGE = "message"

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    action = models.CharField(max_length=64, blank=True)
    to = models.CharField(max_length=500, blank=True)
    payload = models.TextField(blank=True)
    made = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=64)
    args = models.JSONField(default=dict)
    detail = models.CharField(max_length=500, blank=True)

    class Meta(OfFlow.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="dead_once")]
        indexes = [models.Index(fields=["workspace", "-time"], name="dead_newest")]
        ordering = ["-time", "-id"]


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
