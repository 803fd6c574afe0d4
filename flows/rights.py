"""Who may do what in a workspace. Three roles, each with all that the one before may do:

- viewer: look, and acknowledge notices;
- member: build, deploy, change settings, approve what is switched, register devices, keep tables;
- owner: people, addresses and keys, the broker, the workspace's settings, links to dashboards.

Every command of a person says here which role it needs; flows/access.py refuses a request before it comes so far.
"""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from flows.models import Membership

Role = Membership.Role
VIEWER, MEMBER, OWNER = Role.VIEWER, Role.MEMBER, Role.OWNER
RANK = {VIEWER.value: 0, MEMBER.value: 1, OWNER.value: 2}

P = ParamSpec("P")
R = TypeVar("R")
Command = Callable[Concatenate[Membership, P], R]


class NotAllowed(Exception):
    """The person's role does not reach so far. `least` is the one that does."""

    def __init__(self, least: Role) -> None:
        super().__init__(least.value)
        self.least = least


def may(member: Membership, least: Role) -> bool:
    """Whether the member's role reaches as far as `least`."""
    return RANK.get(member.role, 0) >= RANK[least.value]


def needs(least: Role) -> Callable[[Command[P, R]], Command[P, R]]:
    """A command that raises NotAllowed, before anything is read or written, unless its member's role reaches `least`."""

    def guarded(command: Command[P, R]) -> Command[P, R]:
        @functools.wraps(command)
        def wrapper(member: Membership, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not may(member, least):
                raise NotAllowed(least)
            return command(member, *args, **kwargs)

        wrapper.least = least  # type: ignore[attr-defined]
        return wrapper

    return guarded
