"""What flows may ask of language models, what they asked, and what people said of the answers."""

from django.conf import settings
from django.db import models

from flows.models.flow import Flow
from flows.models.scoped import Owned
from flows.models.worker import OfFlow


class AskBudget(Owned):
    """Of one flow, or of all together (`flow` null): calls in a minute, tokens and money in a day of the workspace's time
    zone. Null: no limit."""

    flow = models.OneToOneField(Flow, null=True, blank=True, on_delete=models.CASCADE, related_name="ask_budget")
    calls = models.PositiveIntegerField(null=True, blank=True)
    tokens = models.PositiveBigIntegerField(null=True, blank=True)
    money = models.FloatField(null=True, blank=True)

    class Meta(Owned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], condition=models.Q(flow=None), name="budget_of_all_once")
        ]


class AskRecord(OfFlow):
    """One question to a model and what came of it. `time` is that of the event, `after` how long its flow waited (ms, on the
    flow's clock), `ms` how long the model took. `model` is the id here, `served` what the server says answered, `version` the
    flow's. `prompt` stands for the words of the question, `picture` is the sha256 of the kept one. `right` is a person's
    mark, `should` what would have been right, by field."""

    class Outcome(models.TextChoices):
        ANSWER = "answer"
        UNSURE = "unsure"
        FAILED = "failed"
        OVER_BUDGET = "over_budget"
        CACHED = "cached"

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=0)
    model = models.CharField(max_length=64)
    served = models.CharField(max_length=200, blank=True)
    second = models.BooleanField(default=False)
    prompt = models.CharField(max_length=16, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    reason = models.CharField(max_length=64, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    answer = models.JSONField(null=True)
    score = models.FloatField(null=True)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    estimated = models.BooleanField(default=False)
    cost = models.FloatField(null=True)
    ms = models.PositiveIntegerField(default=0)
    after = models.PositiveBigIntegerField(default=0)
    picture = models.CharField(max_length=64, blank=True)
    right = models.BooleanField(null=True)
    should = models.JSONField(default=dict)
    marked = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(OfFlow.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="answered_once")]
        indexes = [
            models.Index(fields=["workspace", "-time"], name="ask_newest"),
            models.Index(fields=["flow", "-time"], name="ask_of_flow"),
        ]
        ordering = ["-time", "-pk"]


class AskCount(Owned):
    """All questions of one node to one model on one day of the workspace's time zone, also those of which no record is
    kept."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="+")
    node = models.CharField(max_length=64)
    model = models.CharField(max_length=64)
    day = models.DateField()
    answer = models.PositiveIntegerField(default=0)
    unsure = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    over_budget = models.PositiveIntegerField(default=0)
    cached = models.PositiveIntegerField(default=0)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    cost = models.FloatField(default=0.0)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["flow", "node", "model", "day"], name="asked_day_once")]
        indexes = [models.Index(fields=["workspace", "-day"], name="ask_days")]
