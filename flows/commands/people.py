"""Who works in a workspace, and as what."""

import uuid

from django.contrib.auth.models import User
from django.db import transaction

from flows import live
from flows.commands.signin import NameTaken, new_signin_link
from flows.models import Membership, Workspace
from flows.rights import OWNER, VIEWER, needs

LONGEST = 150
MOST_PEOPLE = 500


class LastOwner(Exception):
    """Somebody has to be left who may let people in."""


class NoSuchPerson(Exception):
    """Nobody with this id works in this workspace."""


class TooManyPeople(Exception):
    """A workspace has as many people as it may have."""


def people_of(member: Membership) -> list[Membership]:
    """Everybody, owners first, then in the order in which they came."""
    order = {role.value: n for n, role in enumerate((Membership.Role.OWNER, Membership.Role.MEMBER, VIEWER))}
    rows = Membership.objects.of(member.workspace).select_related("user").order_by("created")
    return sorted(rows, key=lambda row: order.get(row.role, len(order)))


@needs(OWNER)
@transaction.atomic
def add_person(member: Membership, name: str, role: str) -> Membership:
    """A person who has no password yet: `link_for` lets them in. Raises NameTaken, ValueError for no name or no role,
    TooManyPeople."""
    name = name.strip()[:LONGEST]
    if not name or role not in Membership.Role.values:
        raise ValueError(name)
    if Membership.objects.of(member.workspace).count() >= MOST_PEOPLE:
        raise TooManyPeople
    user = User.objects.filter(username=name).first()
    if user is not None and (user.is_staff or _works_somewhere(user)):
        raise NameTaken(name)
    user = user or User(username=name, first_name=name)
    user.set_unusable_password()
    user.save()
    return Membership.objects.add(member.workspace, user=user, role=role, lang=member.workspace.lang)


@needs(OWNER)
@transaction.atomic
def link_for(member: Membership, person: uuid.UUID, origin: str) -> str:
    """A one-time link that signs this person in. Raises NoSuchPerson."""
    return new_signin_link(origin, _person(member, person))


@needs(OWNER)
@transaction.atomic
def change_role(member: Membership, person: uuid.UUID, role: str) -> Membership:
    """From the next request on. Raises NoSuchPerson, LastOwner, ValueError for no role."""
    row = _person(member, person)
    if role not in Membership.Role.values:
        raise ValueError(role)
    _leave_an_owner(row, role)
    row.role = role
    row.save(update_fields=["role", "updated"])
    return row


@needs(OWNER)
@transaction.atomic
def remove_person(member: Membership, person: uuid.UUID) -> None:
    """They see nothing of the workspace any more, on pages that are open now neither. What they did stays under their
    name. Raises NoSuchPerson, LastOwner."""
    row = _person(member, person)
    _leave_an_owner(row, "")
    user = row.user
    row.delete()
    if not _works_somewhere(user):
        user.set_unusable_password()
        user.save(update_fields=["password"])
    transaction.on_commit(lambda: live.sign_off(user.pk))


def _person(member: Membership, person: uuid.UUID) -> Membership:
    Workspace.objects.select_for_update().get(pk=member.workspace_id)  # one at a time, so that an owner is left
    row = Membership.objects.of(member.workspace).select_related("user").filter(pk=person).first()
    if row is None:
        raise NoSuchPerson(str(person))
    return row


def _leave_an_owner(row: Membership, role: str) -> None:
    owner = Membership.Role.OWNER
    others = Membership.objects.of(row.workspace).filter(role=owner).exclude(pk=row.pk)
    if row.role == owner and role != owner and not others.exists():
        raise LastOwner


def _works_somewhere(user: User) -> bool:
    return Membership.everywhere.filter(user=user).exists()
