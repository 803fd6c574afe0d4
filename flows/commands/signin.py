"""Letting people in: one-time links, and the name and password that a person sets after the first one."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from flows import live
from flows.commands.deploying import hash_of
from flows.models import Membership, SigninLink
from flows.rights import VIEWER, needs


class NameTaken(Exception):
    """Somebody else has this name."""


class LinkSpent(Exception):
    """Unknown, used before, or too old."""


def new_signin_link(origin: str = "", member: Membership | None = None) -> str:
    """A fresh one-time link for `member`, by default the first owner. `origin` e.g. "http://127.0.0.1:8000"."""
    if member is None:
        member = Membership.everywhere.filter(role=Membership.Role.OWNER).order_by("created").first()
    if member is None:
        raise LookupError("no workspace yet: run manage.py bootstrap")
    token = secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(minutes=settings.SIGNIN_LINK_MINUTES)
    SigninLink.objects.add(member.workspace, user=member.user, token_hash=hash_of(token), expires=expires)
    origin = origin or f"http://127.0.0.1:{settings.PORT}"
    return origin.rstrip("/") + reverse("signin-link", args=[token])


@transaction.atomic
def use_signin_link(token: str) -> User:
    """Whom the link signs in; from now on it is spent. Raises LinkSpent."""
    now = timezone.now()
    links = SigninLink.everywhere.select_for_update().filter(token_hash=hash_of(token), used=None, expires__gt=now)
    link = links.select_related("user").first()
    if link is None:
        raise LinkSpent
    link.used = now
    link.save(update_fields=["used", "updated"])
    return link.user


@needs(VIEWER)
def set_name_and_password(member: Membership, name: str, password: str) -> User:
    """`password` was checked by the form. Other sessions, open live views and unused links of this person end. Raises
    NameTaken."""
    user = member.user
    if User.objects.filter(username=name[:150]).exclude(pk=user.pk).exists():
        raise NameTaken(name)
    user.first_name = name[:150]
    user.username = name[:150]
    user.set_password(password)
    with transaction.atomic():
        user.save()
        SigninLink.everywhere.filter(user=user, used=None).update(used=timezone.now())
        live.sign_off(user.pk)
    return user
