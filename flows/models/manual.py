"""Documents that people upload (manuals, past cases), and the file in which workers search them."""

from django.db import models

from flows.models.scoped import Owned


class Manual(Owned):
    """The text of a file; the file itself is not kept. `file` is its name, `kind` what it was (pdf, docx, csv, html, md, txt),
    `sha256` of its bytes. `sections` is [[place, text]] by page or heading, `count` how many, `size` their characters."""

    title = models.CharField(max_length=120)
    file = models.CharField(max_length=200)
    kind = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    sections = models.JSONField(default=list)
    count = models.PositiveIntegerField()
    size = models.PositiveIntegerField()

    class Meta(Owned.Meta):
        ordering = ["title", "created"]


class ManualIndex(Owned):
    """What runtime/library/index.py made of all documents of the workspace; the newest alone. `count` are its passages, `near`
    those that have a vector; `problem` is why the others have none, where that was tried in vain."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    count = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="manual_index_once")]


class ManualIndexPart(Owned):
    """Part `number` of it, from 0 (runtime/inference/rollout.py says how long one is)."""

    index = models.ForeignKey(ManualIndex, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["index", "number"], name="manual_index_part_once")]


class PassageVector(Owned):
    """The vector of a passage, so that it is asked for once: `key` is made of its text and its model (runtime/library/vectors.py)."""

    key = models.CharField(max_length=64)
    data = models.BinaryField()

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="passage_vector_once")]
