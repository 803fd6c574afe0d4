"""Models that run in the workers: files that people upload, in versions, each measured on the same pictures or rows."""

from django.conf import settings
from django.db import models

from flows.models.registry import Named
from flows.models.scoped import Owned


class ModelFile(Owned):
    """The content of an ONNX file. It is kept in parts (ModelPart), so that nobody has to hold all of it to serve one."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "sha256"], name="model_file_once")]


class ModelPart(Owned):
    """Part `number` of a file, from 0."""

    file = models.ForeignKey(ModelFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="model_part_once")]


class TrainedModel(Named):
    """A model that flows name by `ref`. `current` answers; `trial` does for `trial_devices` and `trial_percent` of the other
    devices; `spare` is what was current before. `rows` are test rows: {"values": {input: number}, "truth": label or
    number}; test pictures are ModelSample."""

    task = models.CharField(max_length=16)
    current = models.ForeignKey("ModelVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    trial = models.ForeignKey("ModelVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    spare = models.ForeignKey("ModelVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    trial_devices = models.JSONField(default=list, blank=True)
    trial_percent = models.FloatField(default=0)
    rows = models.JSONField(default=list, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "ref"], name="trained_once")]


class ModelVersion(Owned):
    """One file of a model with what it is for. `about` is its model.json without names (runtime/deploy.py LocalModel), `facts`
    what was read from the file; `edges` part its numbers into the bins of ModelTally; `measured` is what came of it on the
    test set (flows/trained/measures.py), null before."""

    model = models.ForeignKey(TrainedModel, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.ForeignKey(ModelFile, on_delete=models.RESTRICT, related_name="versions")
    about = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    edges = models.JSONField(default=list)
    measured = models.JSONField(null=True)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["model", "number"], name="model_version_once")]
        ordering = ["-number"]


class ModelSample(Owned):
    """A test picture, as runtime/pictures.py wrote it, with the labels that it shows."""

    model = models.ForeignKey(TrainedModel, on_delete=models.CASCADE, related_name="samples")
    data = models.BinaryField()
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    labels = models.JSONField(default=list)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["model", "sha256"], name="sample_once")]
        ordering = ["created", "id"]


class ModelTally(Owned):
    """How often the answers of a version fell into which bin on one day (UTC), all workers together."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="tallies")
    day = models.DateField()
    bins = models.JSONField(default=list)
    labels = models.JSONField(default=dict)
    failed = models.PositiveIntegerField(default=0)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="tally_once")]
        ordering = ["day"]


class ModelChange(Owned):
    """Something that a person did with a model; `number` is the version it is about."""

    class What(models.TextChoices):
        ADDED = "added"
        TRIED = "tried"
        STOPPED = "stopped"
        CURRENT = "current"
        BACK = "back"

    model = models.ForeignKey(TrainedModel, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=16, choices=What.choices)
    number = models.PositiveIntegerField()
    detail = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Owned.Meta):
        ordering = ["-created"]
