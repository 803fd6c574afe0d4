"""The first things of an installation: a workspace, its owner, virtual devices to begin with, a worker's token."""

import os
import secrets
import zoneinfo
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from flows.commands.asks import thin_all_asks
from flows.commands.deploying import hash_of
from flows.commands.firings import thin_all_firings
from flows.commands.jobs import fail_abandoned_jobs
from flows.commands.registry import load_things
from flows.fleet import read
from flows.models import Broker, Device, Flow, Membership, Worker, Workspace
from flows.private import write_private

BIN_DAYS = 30


@transaction.atomic
def bootstrap(token_file: Path) -> Workspace:
    """Make what is missing and leave the rest alone, so that it may run at every start."""
    workspace = Workspace.objects.order_by("created").first()
    if workspace is None:
        workspace = Workspace.objects.create(name="Suiro", zone=_zone(), lang=_lang(), topics=["#"])
        owner = User(username="owner", is_staff=True, is_superuser=True)
        owner.set_unusable_password()
        owner.save()
        Membership.objects.add(workspace, user=owner, role=Membership.Role.OWNER)
        Broker.objects.add(workspace, embedded=True)
        _first_things(workspace)
    _own_worker(workspace, token_file)
    Worker.objects.of(workspace).update(connected=False)
    fail_abandoned_jobs()
    old = timezone.now() - timedelta(days=BIN_DAYS)
    Flow.objects.of(workspace).filter(binned__lt=old).delete()
    thin_all_firings(workspace)
    thin_all_asks(workspace)
    return workspace


def _first_things(workspace: Workspace) -> None:
    things = read("registry.json")
    if things and not Device.objects.of(workspace).exists():
        load_things(workspace, things)


def _own_worker(workspace: Workspace, token_file: Path) -> None:
    """The worker beside this process reads its token from a file that only the owner of this account can read."""
    token = token_file.read_text("ascii").strip() if token_file.exists() else ""
    if token and Worker.objects.of(workspace).filter(token_hash=hash_of(token)).exists():
        return
    token = secrets.token_urlsafe(40)
    write_private(token_file, token)
    Worker.objects.of(workspace).update_or_create(
        name="local",
        defaults={"token_hash": hash_of(token)},
        create_defaults={"workspace": workspace, "token_hash": hash_of(token)},
    )


def _zone() -> str:
    """The machine's time zone where it has a name."""
    for name in (os.environ.get("TZ", ""), _link("/etc/localtime")):
        if name in zoneinfo.available_timezones():
            return name
    return "UTC"


def _link(file: str) -> str:
    return str(Path(file).resolve()).partition("zoneinfo/")[2]


def _lang() -> str:
    return "en" if os.environ.get("LANG", "").startswith("en") else settings.LANGUAGES[0][0]
