"""Flows, what was deployed of them, how they were talked about, and who approved what they may switch."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from flows.models.scoped import Owned


class Flow(Owned):
    """A flow as people edit it (`document`, `revision`) and as it should run (`deployed`, `wanted`).

    `revision` grows with every change of the draft. `status` is what the worker last said, `status_since` when
    it became that. `binned` is set while a
    deleted flow can still be brought back. `worker` runs it; none means the workspace's first one.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        STARTING = "starting"
        RUNNING = "running"
        STOPPED = "stopped"
        FAILED = "failed"
        ROLLED_BACK = "rolled_back"

    name = models.CharField(max_length=200)
    document = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    author = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    status_since = models.DateTimeField(null=True, blank=True)
    status_problems = models.JSONField(default=list)
    wanted = models.BooleanField(default=False)
    deployed = models.ForeignKey("FlowVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    last_firing = models.DateTimeField(null=True, blank=True)
    worker = models.ForeignKey("Worker", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    binned = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        ordering = ["-updated"]

    def __str__(self) -> str:
        return self.name

    def now_is(self, status: str) -> None:
        """Another status from now on, or the same one still."""
        if status != self.status:
            self.status, self.status_since = status, timezone.now()


class FlowVersion(Owned):
    """What was deployed: never changed, save for `live_settings`, the values that people changed while it ran. `tables`
    are what the tables that it names held then: a flow looks things up in those until it is deployed again."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    live_settings = models.JSONField(default=dict)
    tables: "models.ManyToManyField[Any, Any]" = models.ManyToManyField("TableContent", related_name="versions")
    comment = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=32, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="version_once")]
        ordering = ["-number"]

    def running_document(self) -> dict[str, Any]:
        """The document with the settings that were changed live."""
        if not self.live_settings:
            return dict(self.document)
        changed = {name: dict(setting) for name, setting in self.document.get("settings", {}).items()}
        for name, value in self.live_settings.items():
            changed[name] = {**changed.get(name, {}), "value": value}
        return {**self.document, "settings": changed}


class Turn(Owned):
    """One turn of the conversation about a flow: what a person asked, or what the author answered."""

    class Role(models.TextChoices):
        PERSON = "person"
        AUTHOR = "author"

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="turns")
    role = models.CharField(max_length=16, choices=Role.choices)
    text = models.TextField(blank=True)
    author = models.CharField(max_length=32, blank=True)
    compilation = models.JSONField(null=True, blank=True)

    class Meta(Owned.Meta):
        ordering = ["created"]


class Approval(Owned):
    """A person's yes to one actuation of one flow, bound to the hash of exactly what was shown."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="approvals")
    hash = models.CharField(max_length=64)
    shown = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "hash"], name="approved_once")]


class Hook(Owned):
    """The address at which one webhook source of a flow listens: found by the hash of its secret part."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="hooks")
    node = models.CharField(max_length=64)
    secret_hash = models.CharField(max_length=64, unique=True)
    sealed_secret = models.TextField()

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "node"], name="hook_once")]

    def purpose(self) -> str:
        return f"hook:{self.workspace_id}:{self.flow_id}"


class Job(Owned):
    """Work in the background. A row behaves alike whether a pool here or Celery elsewhere does it."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=32)
    flow = models.ForeignKey(Flow, null=True, on_delete=models.CASCADE, related_name="jobs")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.WAITING)
    wish = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    deadline = models.DateTimeField()
    cancel_asked = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        ordering = ["-created"]
