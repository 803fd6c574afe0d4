"""From a draft to a running flow, and back: deploy, stop, change settings while it runs."""

import hashlib
import secrets
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from flows import live
from flows.actuation import Actuation, actuations
from flows.checking import errors_in, problems_of
from flows.commands.contents import forget_unused, keep_tables
from flows.commands.flows import flow_of
from flows.models import Approval, Flow, FlowVersion, Hook, Membership, Worker, Workspace
from flows.registered import registry_for, registry_of
from flows.rights import MEMBER, needs
from flows.sealing import seal
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import SourceKind

Document = dict[str, Any]


class NotSound(Exception):
    """The document has errors; nothing was deployed."""

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class NeedsApproval(Exception):
    """New or changed actuation that nobody has approved for this flow."""

    def __init__(self, waiting: list[Actuation]) -> None:
        super().__init__(f"{len(waiting)} to approve")
        self.waiting = waiting


class NotDeployed(Exception):
    """The flow was never deployed, or there is nothing to go back to."""


class NoSuchVersion(Exception):
    """The flow has no version of that number."""


class NeedsComment(Exception):
    """The workspace wants to know what each deploy is for."""


class UnknownSetting(Exception):
    """The running version has no such setting."""


@needs(MEMBER)
@transaction.atomic
def deploy_flow(
    member: Membership, flow_id: uuid.UUID, *, comment: str = "", approve: list[str] | None = None, lang: str = "en"
) -> FlowVersion:
    """Make the draft a version and send it to its worker. Raises NotSound, NeedsApproval, and NeedsComment where the
    workspace wants one."""
    flow = flow_of(member, flow_id, lock=True)
    if member.workspace.comment_needed and not comment.strip():
        raise NeedsComment
    return _deploy(member, flow, flow.document, flow.author, comment, approve or [], lang)


@needs(MEMBER)
@transaction.atomic
def deploy_back(
    member: Membership,
    flow_id: uuid.UUID,
    *,
    number: int | None = None,
    approve: list[str] | None = None,
    lang: str = "en",
) -> FlowVersion:
    """Let version `number` (default: the one before) run again, with the settings that it had, as a version of its own; the
    draft stays as it is. Going back twice is where one was. Raises NotDeployed where there is none before, NoSuchVersion,
    NotSound, NeedsApproval."""
    flow = flow_of(member, flow_id, lock=True)
    before = version_before(flow) if number is None else version_of(flow, number)
    if before is None:
        raise NotDeployed(str(flow_id))
    comment = _("Back to version %s") % before.number
    return _deploy(member, flow, before.running_document(), before.author, comment, approve or [], lang)


def version_of(flow: Flow, number: int) -> FlowVersion:
    """Raises NoSuchVersion."""
    found = flow.versions.filter(number=number).select_related("by").first()
    if found is None:
        raise NoSuchVersion(str(number))
    return found


def version_before(flow: Flow) -> FlowVersion | None:
    """What was deployed before what is deployed now."""
    if flow.deployed is None:
        return None
    return flow.versions.filter(number__lt=flow.deployed.number).select_related("by").order_by("-number").first()


def _deploy(
    member: Membership, flow: Flow, document: Document, author: str, comment: str, approve: list[str], lang: str
) -> FlowVersion:
    problems = problems_of(document, member.workspace, lang, for_deploy=True, beside=_beside(flow))
    if errors_in(problems):
        raise NotSound(problems)
    _approve(member, flow, document, approve, lang)
    last = flow.versions.order_by("-number").first()
    version = FlowVersion.objects.add(
        member.workspace,
        flow=flow,
        number=last.number + 1 if last else 1,
        document=document,
        comment=comment.strip()[:500],
        author=author,
        by=member.user,
    )
    _listen_for_calls(flow, document)
    flow.deployed, flow.wanted = version, True
    flow.now_is(Flow.Status.STARTING)
    flow.status_problems = []
    flow.save()
    keep_tables(version)
    forget_unused(member.workspace)
    send_to_worker(flow, "deploy")
    return version


@needs(MEMBER)
@transaction.atomic
def stop_flow(member: Membership, flow_id: uuid.UUID) -> Flow:
    """The worker forgets the flow's timers and stops reading for it. Stopping a stopped flow changes nothing."""
    flow = flow_of(member, flow_id, lock=True)
    if flow.wanted:
        flow.wanted = False
        flow.now_is(Flow.Status.STOPPED)
        flow.save(update_fields=["wanted", "status", "status_since", "updated"])
        send_to_worker(flow, "drop")
    return flow


@needs(MEMBER)
@transaction.atomic
def change_settings(member: Membership, flow_id: uuid.UUID, values: dict[str, Any], lang: str = "en") -> Flow:
    """New values of the running version's settings; the draft gets them too. Raises NotDeployed, UnknownSetting,
    NotSound, and NeedsApproval where a value would change what is switched."""
    flow = flow_of(member, flow_id, lock=True)
    version = flow.deployed
    if version is None:
        raise NotDeployed(str(flow_id))
    unknown = sorted(set(values) - set(version.document.get("settings") or {}))
    if unknown:
        raise UnknownSetting(", ".join(unknown))
    version.live_settings = {**version.live_settings, **values}
    running = version.running_document()
    known = registry_for(version)
    problems = errors_in(problems_of(running, member.workspace, lang, registry=known, for_deploy=True))
    if problems:
        raise NotSound(problems)
    _approve(member, flow, running, [], lang)
    version.save(update_fields=["live_settings", "updated"])
    _into_draft(flow, values)
    worker = worker_of(flow)
    if keep_tables(version):
        forget_unused(member.workspace)
        send_to_worker(flow, "deploy")  # a setting names another table, which the worker does not have yet
    elif flow.wanted and worker is not None:
        live.to_worker(worker.id, {"t": "settings", "flow": str(flow.id), "values": values})
    return flow


def _beside(flow: Flow) -> dict[str, dict[str, Any]]:
    """The documents of the other flows of the workspace that are to run, by name."""
    others = Flow.objects.of(flow.workspace).filter(wanted=True, deployed__isnull=False).exclude(id=flow.id)
    return {o.name: o.deployed.running_document() for o in others.select_related("deployed") if o.deployed is not None}


def worker_of(flow: Flow) -> Worker | None:
    """The worker that runs the flow: the one it was given to, else the workspace's first."""
    return flow.worker or first_worker(flow.workspace)


def first_worker(workspace: Workspace) -> Worker | None:
    return Worker.objects.of(workspace).order_by("created").first()


def waiting_actuations(workspace: Workspace, flow: Flow, document: dict[str, Any], lang: str) -> list[Actuation]:
    """What `document` may switch and nobody has approved for this flow."""
    approved = set(flow.approvals.values_list("hash", flat=True))
    found = actuations(document, registry_of(workspace), full_catalog(), lang)
    return [one for one in found if one["hash"] not in approved]


def _approve(member: Membership, flow: Flow, document: dict[str, Any], given: list[str], lang: str) -> None:
    waiting = waiting_actuations(member.workspace, flow, document, lang)
    missing = [one for one in waiting if one["hash"] not in given]
    if missing:
        raise NeedsApproval(waiting)
    for one in {one["hash"]: one for one in waiting}.values():
        Approval.objects.add(member.workspace, flow=flow, hash=one["hash"], shown=one, by=member.user)


def _listen_for_calls(flow: Flow, document: Document) -> None:
    """An address with a secret of its own for every source that waits for calls from outside."""
    for node in document.get("nodes") or []:
        kind = full_catalog().get(node.get("kind"))
        if kind is None or not _waits_for_calls(kind) or flow.hooks.filter(node=node["id"]).exists():
            continue
        secret = secrets.token_urlsafe(24)
        hook = Hook(workspace=flow.workspace, flow=flow, node=node["id"], secret_hash=hash_of(secret))
        hook.sealed_secret = seal(secret, hook.purpose())
        hook.save()


def _waits_for_calls(kind: type) -> bool:
    return issubclass(kind, SourceKind) and kind.id == "webhook_in"


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _into_draft(flow: Flow, values: dict[str, Any]) -> None:
    settings = dict(flow.document.get("settings") or {})
    changed = {name: {**settings[name], "value": value} for name, value in values.items() if name in settings}
    if changed:
        flow.document = {**flow.document, "settings": {**settings, **changed}}
        flow.revision += 1
        flow.save(update_fields=["document", "revision", "updated"])
        live.to_browsers(
            flow.workspace_id,
            {"t": "flow", "flow": str(flow.id), "status": flow.status, "revision": flow.revision},
        )


def send_to_worker(flow: Flow, what: str) -> None:
    """Have the flow's worker "deploy" or "drop" it, and let the pages know how it stands."""
    worker = worker_of(flow)
    if worker is not None:
        live.tell_worker(worker.id, what, flow=str(flow.id))
    live.to_browsers(flow.workspace_id, {"t": "flow", "flow": str(flow.id), "status": flow.status, "name": flow.name})
