"""Run one flow on live MQTT data: no server, no database."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from document.problems import has_errors, problem, say
from document.registry import registry_json
from engine.actions import action_row
from engine.effect import Effect
from engine.plan import Plan
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem
from nodes.kit.things import Registry
from runtime.addresses import allowed_networks
from runtime.carrier import address_of
from runtime.cli.cameras import add_cameras, found_cameras
from runtime.cli.files import Flow, Unusable, add_flow, read_file, refuse, sound_flow, zone_named
from runtime.cli.models import add_models, found_models
from runtime.cli.printing import json_line, print_problems
from runtime.connectors.broker import BrokerAddress, parse_broker
from runtime.connectors.gap import between
from runtime.connectors.mqtt import Health
from runtime.deploy import Deploy, ModelAccess
from runtime.garbage import collect_seldom, share_heap
from runtime.inference.model_folder import Found
from runtime.inference.use import Answered
from runtime.letters import place_of
from runtime.lock import InUse
from runtime.probation import Refused
from runtime.running import RunningFlow, sound_plan, waits_on_disk
from runtime.senders.outcome import Address, Outcome
from runtime.site import Site
from runtime.standing import topic_problems
from runtime.store import DeadLetter, Store, Unavailable, open_store
from runtime.store.address import folder_of, shown

FLOW = "flow"
"""The one flow's name in its store."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_flow(parser)
    add_models(parser)
    add_cameras(parser)
    parser.add_argument("--broker", metavar="URL", required=True, help="mqtt://user:pass@host:1883 or mqtts://...")
    parser.add_argument("--destinations", metavar="FILE", help='JSON: {"<id>": "address"}; else SUIRO_DEST_<ID>')
    parser.add_argument("--store", metavar="DIR", help="keep inbox, memory and outbox here (durable flows need it)")
    parser.add_argument("--tz", metavar="ZONE", type=zone_named, default="UTC", help="zone where the flow names none")


def main(args: argparse.Namespace) -> int:
    share_heap()
    beside = Path(args.flow).with_name("registry.json")
    if args.devices is None and beside.is_file():
        args.devices = str(beside)
    try:
        broker = _broker(args.broker)
        models = found_models(args.models)
        flow = sound_flow(args, models.things)
        if flow is None:
            return 1
        deploy = _deploy(args, flow, _addresses(args.destinations, flow.registry))
        return _run(args, deploy, broker, models)
    except Unusable as unusable:
        return refuse(unusable)


def _broker(url: str) -> BrokerAddress:
    try:
        return parse_broker(url)
    except ValueError as bad:
        raise Unusable(f"--broker: {bad}") from bad


def _deploy(args: argparse.Namespace, flow: Flow, destinations: dict[str, Address]) -> Deploy:
    registry = registry_json(flow.registry) if flow.registry is not None else None
    return Deploy(
        flow=FLOW,
        document=flow.document,
        registry=registry,
        zone=args.tz,
        destinations=destinations,
        models=_models(),
    )


def _run(args: argparse.Namespace, deploy: Deploy, broker: BrokerAddress, models: Found) -> int:
    try:
        allowed_networks()
    except ValueError as bad:
        raise Unusable(str(bad)) from bad
    store: Store | None = None
    plan = sound_plan(deploy, full_catalog())
    if args.store is None and waits_on_disk(plan):
        return _stop_with(problem("durable_needs_store", "/delivery"), args.lang)
    if args.store is not None:
        try:
            store = open_store(args.store)
        except InUse:
            return _stop_with(problem("store_in_use", "", dir=shown(args.store)), args.lang)
        except (OSError, ValueError) as unwritable:
            raise Unusable(f"--store: {unwritable}") from unwritable
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    printer = _Printer(args.lang, str(deploy.document.get("time_zone") or deploy.zone), stop)
    site = Site(
        printer,
        store=store,
        on_health=printer.health,
        on_gap=printer.gap,
        models=models,
        files=folder_of(args.store) if args.store else None,
        cameras=found_cameras(args.cameras),
    )
    printer.problems(site.unusable(plan))
    _begin(site, deploy, plan, printer)
    site.connect(broker)
    site.host.start()
    _wait_until_ready(site, printer, stop)
    collect_seldom()
    stop.wait()
    site.stop()
    printer.release()
    return 0


def _begin(site: Site, deploy: Deploy, plan: Plan, printer: "_Printer") -> None:
    """What the store keeps, then the file's flow. Raises Unusable where what is kept cannot be read: it stays as it is."""
    try:
        for _, reason in site.host.recover():
            raise Unusable(f"--store: what it keeps of the flow cannot be read: {reason}") from reason
        declined = site.host.versions.declined(deploy)
        if declined is None:
            site.host.deploy(deploy, plan)
        else:
            printer.problems([declined.problem()])
    except Unavailable as away:
        raise Unusable(f"--store: {away}") from away


def _wait_until_ready(site: Site, printer: "_Printer", stop: threading.Event) -> None:
    mqtt = site.mqtt
    while mqtt is not None and not mqtt.subscribed.wait(0.05):
        if stop.is_set():
            return
    if mqtt is not None:
        printer.problems([found for flow in site.host.flows.values() for found in topic_problems(mqtt, flow)])
    printer.ready()


def _stop_with(found: Problem, lang: str) -> int:
    print_problems([found], lang)
    return 1 if has_errors([found]) else 0


class _Printer:
    """Actions on stdout, problems on stderr; a closed stdout ends the run."""

    def __init__(self, lang: str, zone: str, stop: threading.Event) -> None:
        self._lang, self._zone, self._stop = lang, zone, stop
        self._lock = threading.Lock()
        self._said = ""
        self._unread: set[str] = set()
        self._lines: list[str] = []
        self._early: list[dict[str, Any]] | None = []
        """Actions from before the subscription (a kept hold, a schedule): they follow after `ready`."""

    def ready(self) -> None:
        self._print({"ready": True})
        self.release()

    def release(self) -> None:
        """Print what waited for `ready`."""
        with self._lock:
            early, self._early = self._early or [], None
        for row in early:
            self._print(row)
        self.round_over()

    def line(self, row: dict[str, Any]) -> None:
        with self._lock:
            if self._early is None:
                self._lines.append(json_line(row))
            else:
                self._early.append(row)

    def _print(self, row: dict[str, Any]) -> None:
        with self._lock:
            self._lines.append(json_line(row))

    def problems(self, found: list[Problem]) -> None:
        with self._lock:
            print_problems(found, self._lang)
            sys.stderr.flush()

    def carried_out(self, flow: RunningFlow, effect: Effect, outcome: Outcome) -> None:
        row = action_row(effect, flow.plan.registry)
        row["sent"] = outcome.sent
        if not outcome.sent:
            row["detail"] = outcome.detail
        self.line(row)

    def asked(self, flow: RunningFlow, effect: Effect, answer: Answered, after: int | None) -> None:
        """Without a server nobody keeps the answers of models."""

    def failed(self, flow: RunningFlow) -> None:
        self.problems([problem("node_failed", "", detail=flow.failure or "")])
        self._stop.set()

    def refused(self, flow: RunningFlow, refused: Refused) -> None:
        """The file's flow may be another one than in the run before."""
        self.problems([refused.problem()])

    def made(self, flow: RunningFlow, effects: list[Effect]) -> None:
        """An action is shown once its outcome is known."""

    def buried(self, flow: RunningFlow, letter: DeadLetter) -> None:
        """An action that was not sent is shown as such; of messages nobody can read, the first of each reason is told."""
        if letter.kind == "message" and letter.reason not in self._unread:
            self._unread.add(letter.reason)
            topic, args = place_of(letter)
            self.problems([problem("dead_message", "", topic=topic, detail=say(letter.reason, args, self._lang)[0])])

    def exhumed(self, flow: str, key: str) -> None:
        """Nobody replays here."""

    def round_over(self) -> None:
        """What came of a round's actions is written together."""
        try:
            with self._lock:
                lines, self._lines = self._lines, []
                if lines:
                    sys.stdout.write("\n".join([*lines, ""]))
                    sys.stdout.flush()
        except BrokenPipeError:
            self._stop.set()

    def health(self, health: Health) -> None:
        """Each new reason is said once."""
        if health.connected:
            self._said = ""
        elif health.detail not in (self._said, "stopped"):
            self._said = health.detail
            code = "broker_refused" if "refused:" in health.detail else "broker_away"
            self.problems([problem(code, "", url=health.url, detail=health.detail)])

    def gap(self, begin: int, end: int) -> None:
        self.problems([problem("possible_gap", "", **between(begin, end, self._zone))])


def _addresses(file: str | None, registry: Registry | None) -> dict[str, Address]:
    """Addresses by destination id, from the file, else from SUIRO_DEST_<ID>; the operator gave them, so they are
    trusted. The service is the file's, else the registry's."""
    given = _destinations_file(file) if file else {}
    services = {id: known.service for id, known in registry.destinations.items()} if registry else {}
    for name, value in os.environ.items():
        if name.startswith("SUIRO_DEST_") and value:
            spoken = name.removeprefix("SUIRO_DEST_").lower()
            ids = [id for id in services if _variable(id) == name] or [spoken.replace("_", "-"), spoken]
            for id in ids:
                given.setdefault(id, value)
    found = {}
    for id, entry in given.items():
        address = address_of(entry, services.get(id, "webhook"), trusted=True)
        if address is None:
            raise Unusable(f'--destinations: {id!r} is neither a text nor {{"service", "address"}}')
        found[id] = address
    return found


def _variable(id: str) -> str:
    return f"SUIRO_DEST_{id.upper().replace('-', '_')}"


def _destinations_file(name: str) -> dict[str, Any]:
    try:
        given = json.loads(read_file(name))
    except (ValueError, RecursionError) as bad:
        raise Unusable(f"--destinations: {name} is no JSON ({bad})") from bad
    if not isinstance(given, dict):
        raise Unusable(f"--destinations: {name} holds no JSON object")
    return dict(given)


def _models() -> dict[str, ModelAccess]:
    """The one model named by the environment, for nodes that name none; the same variables as the model author's."""
    url = os.environ.get("SUIRO_MODEL_URL") or os.environ.get("OPENAI_BASE_URL")
    key = os.environ.get("SUIRO_MODEL_KEY") or os.environ.get("OPENAI_API_KEY") or ""
    if not url:
        return {}
    name = os.environ.get("SUIRO_MODEL_NAME") or os.environ.get("OPENAI_MODEL") or ""
    return {"default": ModelAccess(url, key, name, trusted=True)}
