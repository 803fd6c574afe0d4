"""The registered things that flows name by id (CONTRACTS section 3): `ref` is that id."""

from django.db import models

from flows.models.scoped import Owned


class Named(Owned):
    """A registered thing: its id, its words by language, and other words people use for it."""

    ref = models.CharField(max_length=64)
    label = models.JSONField(default=dict, blank=True)
    also = models.JSONField(default=list, blank=True)

    class Meta(Owned.Meta):
        abstract = True
        ordering = ["created", "ref"]

    def __str__(self) -> str:
        return self.ref


class DeviceType(Named):
    """`time`, `fields` and `commands` as in registry.json."""

    topic = models.CharField(max_length=500, blank=True)
    qos = models.PositiveSmallIntegerField(default=1)
    time = models.JSONField(null=True, blank=True)
    fields = models.JSONField(default=list, blank=True)
    commands = models.JSONField(default=list, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "ref"], name="type_once")]


class Device(Named):
    type = models.ForeignKey(DeviceType, on_delete=models.CASCADE, related_name="devices")
    attributes = models.JSONField(default=dict, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "ref"], name="device_once")]


class Destination(Named):
    """Where notices may go. The address is sealed for this workspace and service and never shown again."""

    service = models.CharField(max_length=32, default="inbox")
    sealed_address = models.TextField(blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "ref"], name="destination_once")]

    def purpose(self) -> str:
        return f"destination:{self.workspace_id}:{self.service}"


class ModelProfile(Named):
    """A model behind an OpenAI-compatible address. `writes` marks the one that writes flows. The prices are for a million
    tokens in and out, in the workspace's currency; null: not known."""

    task = models.CharField(max_length=32, default="chat")
    base_url = models.CharField(max_length=500, blank=True)
    model = models.CharField(max_length=200, blank=True)
    sealed_key = models.TextField(blank=True)
    writes = models.BooleanField(default=False)
    price_in = models.FloatField(null=True, blank=True)
    price_out = models.FloatField(null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "ref"], name="model_once")]

    def purpose(self) -> str:
        return f"model:{self.workspace_id}:{self.base_url}"


class Broker(Owned):
    """The MQTT broker of a workspace. `embedded`: the one that `make run` starts, whose address comes from there."""

    embedded = models.BooleanField(default=True)
    url = models.CharField(max_length=500, blank=True)
    username = models.CharField(max_length=200, blank=True)
    sealed_password = models.TextField(blank=True)
    ca = models.TextField(blank=True)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="broker_once")]

    def purpose(self) -> str:
        return f"broker:{self.workspace_id}:{self.url}"
