"""Demos: opened and conducted by members; shown on the network by owners. They are in no database."""

from typing import Any, Literal

from flows.authors import MODEL, author_with
from flows.demo import running, sharing, writing
from flows.demo.networks import addresses
from flows.demo.record import record_of
from flows.demo.running import Running
from flows.demo.telling import told
from flows.model_access import model_access_of
from flows.models import Membership
from flows.rights import MEMBER, OWNER, needs
from gallery.scenario import scenario_named
from llm.authors import author_named

Act = Literal["play", "pause", "step", "speed", "switch", "tell", "approve", "reset", "finished", "end"]


class DemoGone(Exception):
    """No such demo in this workspace, or it is over; or there is no such scenario."""


@needs(MEMBER)
def open_demo(member: Membership, scenario: str, lang: str = "ja") -> Running:
    """The member's demo of this scenario: the one that goes on, or a new one, with texts in `lang`. Raises DemoGone, running.Full."""
    found = scenario_named(scenario)
    if found is None:
        raise DemoGone(scenario)
    return running.opened(found, member.workspace_id, member.user_id, writing.finished(found, lang))


def demo_of(member: Membership, demo_id: str) -> Running:
    """Raises DemoGone."""
    found = running.found(demo_id, member.workspace_id)
    if found is None:
        raise DemoGone(demo_id)
    return found


@needs(MEMBER)
def conduct(
    member: Membership,
    demo_id: str,
    act: Act,
    *,
    key: str = "",
    on: bool = True,
    number: float | None = None,
    lang: str = "",
) -> None:
    """What a presenter does: see Demo. `key` is a switch or a command that waits; `number` a speed or a step; `lang` that of the finished flow's
    texts from the next start. Raises DemoGone,
    session.Wrong."""
    found = demo_of(member, demo_id)
    demo = found.demo
    match act:
        case "play" | "pause":
            demo.pause(act == "pause")
        case "step":
            demo.one_step()
        case "speed":
            demo.set_speed(number or 1.0)
        case "switch":
            demo.switch(key, on)
        case "tell":
            demo.tell(None if number is None else int(number))
        case "approve":
            demo.approve(key)
        case "reset" | "finished":
            demo.reset(writing.finished(demo.scenario, lang) if lang else None, typed=act == "reset")
        case "end":
            running.forget(demo_id)


@needs(MEMBER)
def write_demo(member: Membership, demo_id: str, prompt: str, lang: str, author: str = "") -> None:
    """Have the sentence compiled, from the scenario's registry alone, and played if it is sound. Raises DemoGone, writing.Busy."""
    found = demo_of(member, demo_id)
    access = model_access_of(member.workspace) if author == MODEL else None
    writing.write(found, prompt, lang, author_with(access) if access is not None else author_named("phrasebook"))


@needs(OWNER)
def share_demo(member: Membership, demo_id: str, address: str) -> sharing.Share:
    """Show it to phones on the network of this address. Raises DemoGone, sharing.NoSuchAddress, sharing.NotBuilt."""
    return sharing.shared(demo_of(member, demo_id), address)


@needs(OWNER)
def revoke_demo(member: Membership, demo_id: str) -> None:
    """The link is over, for those too who look just now. Raises DemoGone."""
    sharing.revoke(demo_of(member, demo_id))


@needs(MEMBER)
def share_of_demo(member: Membership, demo_id: str) -> dict[str, Any]:
    """{"addresses", "share" (None where it is not shared)}. Raises DemoGone."""
    share = sharing.share_of(demo_of(member, demo_id))
    return {"addresses": addresses(), "share": share.told() if share is not None else None}


def told_demo(member: Membership, demo_id: str) -> dict[str, Any]:
    """What does not change of it. Raises DemoGone."""
    model = model_access_of(member.workspace) is not None
    return {**told(demo_of(member, demo_id).demo), "model": model}


def record_of_demo(member: Membership, demo_id: str) -> dict[str, Any]:
    """See flows.demo.record. Raises DemoGone."""
    return record_of(demo_of(member, demo_id).demo)
