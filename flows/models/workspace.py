"""Who works here: a workspace, its members, and the links that let them in."""

import uuid

from django.conf import settings
from django.db import models

from flows.models.scoped import Owned


class Workspace(models.Model):
    """One company or site. `zone` is the time zone of its flows; `topics` are the MQTT filters its flows may read;
    `notice_seq` counts its notices, so that pages can ask for those that they missed. `system_destinations` are the ids
    of destinations that hear of incidents, besides the inbox. `comment_needed`: nobody deploys without saying why.
    `currency` is what prices of models are in, as people here write it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="UTC")
    lang = models.CharField(max_length=8, default="ja")
    topics = models.JSONField(default=list)
    notice_seq = models.PositiveBigIntegerField(default=0)
    system_destinations = models.JSONField(default=list, blank=True)
    comment_needed = models.BooleanField(default=False)
    currency = models.CharField(max_length=12, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(Owned):
    """A person in a workspace, with how they like to see it."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MEMBER = "member"
        VIEWER = "viewer"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    lang = models.CharField(max_length=8, blank=True)
    theme = models.CharField(max_length=8, blank=True)

    class Meta(Owned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="member_once")]


class SigninLink(Owned):
    """A link that signs `user` in once before `expires`. Only the hash of its secret part is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        pass
