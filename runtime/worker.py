"""A worker: flows that a server deploys to this machine, run here whether the server is there or not."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from document.problems import render
from engine.plan import Plan
from nodes.kit.problem import Problem
from runtime.connectors.gap import between
from runtime.connectors.mqtt import Health
from runtime.control import Control, pages_of
from runtime.deploy import Deploy, deploy_of, same
from runtime.errands import Errands, address_in
from runtime.fence import Fence
from runtime.given_models import GivenModels
from runtime.library.fetching import fetched
from runtime.looking import newest
from runtime.outgoing import GONE
from runtime.picture_intake import given
from runtime.reports import Reports
from runtime.running import NotSound, sound_plan
from runtime.senders.heartbeat import Heartbeat, heartbeat_url
from runtime.site import Site
from runtime.spent import KeptSpending
from runtime.standing import standing, topic_problems
from runtime.store import Unavailable, open_store
from runtime.store.address import folder_of
from runtime.thumbnails import Thumbnails
from runtime.watching import Watch

log = logging.getLogger("suiro.worker")
STUCK = 15.0
"""Seconds after which a host that has not come round does not run any more."""
PLANS_AHEAD = 4
"""Flows that are planned while the host has not taken them yet."""
Order = dict[str, Any]


class Worker:
    """`where`: its store's folder or URL. Raises InUse, OSError, ValueError as `open_store` and the environment's readers do. `own`:
    `cameras` and `models` of this machine, as Site takes them."""

    watch: Watch | None = None
    """The last values of devices, once the server has said which there are."""
    _heard = ""
    """What the log says last of the broker."""

    def __init__(self, server: str, token_file: Path, where: Path | str, name: str | None = None, **own: Any) -> None:
        self.name = name or socket.gethostname()
        self.store = open_store(where)
        self.fence = Fence(self.store)
        reader = self.store.reader()
        self.control = Control(server, token_file, reader, hello=self._hello, on_order=self._order, on_line=self._line)
        self.reports = Reports(self.control.say, self.control.rows_changed)
        self.site = Site(
            self.reports,
            store=self.store,
            inbox=self.reports.notice,
            stored=self.reports.stored,
            held=self.reports.held,
            snoozed=self.reports.snoozed,
            on_health=lambda health: self._post(lambda: self._health(health)),
            on_gap=lambda begin, end: self._post(lambda: self._gap(begin, end)),
            files=folder_of(where),
            pages=pages_of(server),
            **own,
        )
        self.host = self.reports.host = self.site.host
        self.spent, self.errands = KeptSpending(self.site.spending, self.store), Errands(self.site, self.control)
        self.site.spending.beside = lambda flow, use: self._post(lambda: self.reports.spent_beside(flow, use))
        self.thumbnails = Thumbnails(self.site.pictures.get, self.control.say)
        self.host.on_round, self.host.on_trouble = self._values, self._trouble
        self.site.outlets.on_state = lambda name, state: self._post(self._status)
        self.heartbeat = Heartbeat(url, self.site.trusted, self.fine) if (url := heartbeat_url()) else None
        self.models = GivenModels(self.site.shelf, self.reports, server, token_file, self.site.trusted)
        self.models.on_news = lambda: self._post(self._status)
        self.site.library.get = fetched(server, token_file, self.site.trusted)
        self._planner = ThreadPoolExecutor(1, thread_name_prefix="planner")
        """What may take long to prepare, and all that must not overtake it; running flows wait for none of it."""
        self._room = threading.Semaphore(PLANS_AHEAD)
        self._orders = self._known()

    def _known(self) -> dict[str, Callable[[Order], object]]:
        """What is done on each order of the server."""
        return {
            "broker": self._broker,
            "models": self._models,
            "documents": self._documents,
            "deploy": lambda order: self._planner.submit(self._plan, json.dumps(order)),
            "stop": lambda order: self._planner.submit(self._post, lambda: self._stop_flow(order)),
            "settings": lambda order: self._planner.submit(self._post, lambda: self._settings(order)),
            "taps": lambda order: self._planner.submit(self._post, lambda: self._taps(order)),
            "watch": lambda order: self._post(lambda: self._watch(order)),
            "budgets": lambda order: self._post(lambda: self.spent.put(order)),
            "snoozes": lambda order: self._post(lambda: self._snooze(order)),
            "inject": lambda order: self._planner.submit(self._inject, order),
            "status": lambda order: self._post(self._status),
            "ack": self._ack,
            "epoch": self._welcome,
            "fenced": self._fence,
            "command": lambda order: self._post(
                lambda: self.errands.command(order, self.watch.registry if self.watch else None)
            ),
            "approve": lambda order: self._post(lambda: self.errands.approve(order)),
            "replay": lambda order: self._post(lambda: self._letters(order, self.host.outgoing.replay)),
            "discard": lambda order: self._post(lambda: self._letters(order, self.host.outgoing.drop)),
            "browse": lambda order: self._aside(self.errands.browse, order),
            "publish": self.errands.publish,
            "try_broker": lambda order: self._aside(self.errands.try_broker, order),
            "look": lambda order: self._aside(self._look, order),
        }

    def start(self) -> None:
        if self.fence.fenced:
            self.host.halted = True
            log.error("another worker has taken this one's place; waiting for the server to let us in again")
        else:
            self._begin()
        self.host.start()
        self.control.start()
        if self.heartbeat is not None:
            self.heartbeat.start()

    def _begin(self) -> None:
        """Before the host starts, or on its thread."""
        self.host.halted = False
        if self.site.snoozes is not None:
            self.site.snoozes.put(self.store.fact("snoozes"))
        self.spent.load()
        for flow, reason in self.host.recover():
            log.error("the flow %s cannot be started: %s", flow, reason)
            if not isinstance(reason, NotSound):  # of such a one the server hears all problems when it deploys it again
                self.reports.problem(flow, None, "not_recovered", {"detail": str(reason)[:200]})
        self.site.shelf.put(self.store.fact("models"))
        self.site.library.put(self.store.fact("documents"))
        watched = self.store.fact("watch")
        if isinstance(watched, dict):
            self._watch({"registry": watched})
        known = self.store.fact("broker")
        if isinstance(known, dict):
            self._connect(known)

    def fine(self) -> bool:
        """Whether messages come in and flows run."""
        mqtt, host = self.site.mqtt, self.host
        runs = host.trouble is None and not host.halted and time.monotonic() - host.turned < STUCK
        return runs and mqtt is not None and mqtt.health.connected

    def stop(self) -> None:
        """Drain, tell the server what there is to tell, and leave."""
        if self.heartbeat is not None:
            self.heartbeat.stop()
        self.thumbnails.stop()
        self.spent.ends = True
        self._planner.shutdown(wait=False, cancel_futures=True)
        self._room.release(PLANS_AHEAD)  # the plan that waits for its turn would keep the process from ending
        self.site.drain()
        self.control.stop()
        self.site.stop(0.0)

    def _post(self, order: Callable[[], None]) -> None:
        self.host.post(order)

    def _aside(self, work: Callable[[Order], None], order: Order) -> None:
        """For what waits on the network: neither flows nor the line to the server wait with it."""
        threading.Thread(target=work, args=(order,), name="aside", daemon=True).start()

    def _look(self, order: Order) -> None:
        """A page wants to see a kept picture, or the newest of a device."""
        device, watch = order.get("device"), self.watch
        if device is None:
            self.control.say(self.site.look(order))
            return
        sent = watch.picture(str(device), str(order.get("field"))) if watch is not None else None
        self.control.say(newest(self.site.pictures, order, sent))

    # --- on the line's thread -------------------------------------------------------------------------------------

    def _order(self, order: Order) -> None:
        carry = self._orders.get(str(order.get("t")))
        if self.fence.fenced and order.get("t") not in ("epoch", "ack"):
            return
        if carry is None:
            log.warning("the server gave an unknown order: %r", order.get("t"))
        else:
            carry(order)

    def _hello(self) -> Order:
        flows = [{"flow": flow.id, "version": flow.version} for flow in list(self.host.flows.values())]
        words = {"t": "hello", "worker": self.name, "id": self.store.id, "flows": flows, **self.fence.hello()}
        return {**words, "seq": self.control.last_row()}

    def _line(self, up: bool) -> None:
        if up:
            if (refusing := self.host.refusing) is not None:
                self.control.say({"t": "trouble", "text": refusing})
            self._post(self._status)
            self._post(lambda: self.watch.tell_all() if self.watch else None)

    def _welcome(self, order: Order) -> None:
        """The server lets us act, as the newest worker with this identity."""
        began, epoch = not self.fence.fenced, order.get("epoch")
        if not isinstance(epoch, int) or self.control.quiet:
            return  # what was fenced while it ran begins anew with the next start
        self.fence.welcome(epoch)
        self._post(self.fence.remember)
        if not began:
            self._post(self._begin)
            self._post(self._status)

    def _fence(self, order: Order) -> None:
        """Another process has signed in with our identity after us: stand still."""
        self.fence.close()
        self.control.quiet = True
        log.error("another worker has signed in as this one (epoch %s, ours %d)", order.get("epoch"), self.fence.epoch)
        self._post(self._halt)
        self._aside(lambda _: self.site.fence(), order)

    def _broker(self, order: Order) -> None:
        kept = {name: order.get(name) for name in ("url", "username", "password", "ca", "everything")}
        self._post(lambda: self._connect(self.store.remember("broker", kept)))

    def _connect(self, given: Order) -> None:
        """Before the host starts, or on its thread, as all that reads the store."""
        address = address_in(given)
        if isinstance(address, str):
            log.error("the broker's address cannot be used: %s", address)
            self._status(broker={"connected": False, "detail": address})
        else:
            log.info("the broker is %s", address.shown)
            self.site.connect(address)

    def _models(self, order: Order) -> None:
        """Here and not later: a deploy that follows waits for its models."""
        self.site.shelf.put(order.get("models"))
        self._post(lambda: self.store.remember("models", order.get("models")))

    def _documents(self, order: Order) -> None:
        self.site.library.put(order)
        self._post(lambda: self.store.remember("documents", {name: order.get(name) for name in ("sha256", "size")}))

    def _ack(self, order: Order) -> None:
        seq = order.get("seq")
        if isinstance(seq, int):
            self.control.acked(seq)
            self._post(lambda: self.store.acknowledged(seq))

    # --- on the planner's thread ------------------------------------------------------------------------------------

    def _plan(self, written: str) -> None:
        """Orders wait for this as text: a thousand at once would else fill the memory with objects."""
        order: Order = json.loads(written)
        try:
            deploy = deploy_of(order)
            running = self.host.flows.get(deploy.flow)
            known = running is not None and not running.failure and same(running.deploy, deploy)
            plan = None if known else sound_plan(deploy, self.host.catalog)
            unusable = self.site.unusable(plan) if plan is not None else []
        except NotSound as unsound:
            lang = str(order.get("lang") or "en")
            self._refuse(order, [render(found, lang) for found in unsound.problems])
        except (msgspec.ValidationError, ValueError) as bad:
            self._refuse(order, [{"code": "bad_deploy", "message": str(bad), "severity": "error"}])
        else:
            self._room.acquire(timeout=STUCK)  # plans wait for their turn here, not one upon the other in memory
            self._post(lambda: self._deploy_next(deploy, plan, unusable))

    def _refuse(self, order: Order, problems: list[dict[str, Any]]) -> None:
        about = {"flow": str(order.get("flow")), "version": order.get("version")}
        self.control.say({"t": "flow", **about, "status": "failed", "problems": problems})

    def _inject(self, order: Order) -> None:
        flow, node, data = self.host.flows.get(str(order.get("flow"))), str(order.get("node")), order.get("data")
        if flow is not None:  # its engine and plan belong to the host's thread
            wanted = data if isinstance(data, dict) else {"value": data}
            if node in flow.pictures:
                wanted = given(wanted, flow.pictures[node][1], self.site.pictures, self.site.hide)
            self._post(lambda: self.host.inject(self.host.flows.get(flow.id, flow), node, wanted))

    # --- on the host's thread -------------------------------------------------------------------------------------

    def _deploy_next(self, deploy: Deploy, plan: Plan | None, unusable: list[Problem]) -> None:
        over = True
        try:
            self._deploy(deploy, plan, unusable)
        except Unavailable:  # it is tried again, and waits until then
            over = False
            raise
        finally:
            if over:
                self._room.release()

    def _deploy(self, deploy: Deploy, plan: Plan | None, unusable: list[Problem]) -> None:
        """`plan` None: it runs already."""
        running = self.host.flows.get(deploy.flow)
        declined = running is not None and self.host.versions.declined(deploy) is not None
        if running is None or (plan is not None and not declined):
            running = self.host.deploy(deploy, plan)
        self.reports.tap(running, deploy.taps)
        self.reports.wrong(running.id, "topics", topic_problems(self.site.mqtt, running))
        self.reports.wrong(running.id, "models", unusable)
        self.reports.status_of(running)
        self.models.deployed(running.id, unusable)

    def _stop_flow(self, order: Order) -> None:
        id = str(order.get("flow"))
        version = flow.version if (flow := self.host.remove(id)) else None
        self.reports.forget(id)
        self.control.say({"t": "flow", "flow": id, "version": version, "status": "stopped", "problems": []})

    def _settings(self, order: Order) -> None:
        flow = self.host.flows.get(str(order.get("flow")))
        if flow is None:
            return
        try:
            flow.change_settings(dict(order.get("values") or {}), self.host.clock.now())
        except ValueError as bad:
            self.reports.status_of(flow, [{"code": "bad_settings", "message": str(bad), "severity": "error"}])
            return
        self.reports.status_of(flow)

    def _taps(self, order: Order) -> None:
        flow = self.host.flows.get(str(order.get("flow")))
        if flow is not None:
            self.reports.tap(flow, bool(order.get("on")))

    def _watch(self, order: Order) -> None:
        registry = order.get("registry") or {}
        self.store.remember("watch", registry)
        self.watch = Watch(registry, self.host.catalog, self.host.clock.now(), self.thumbnails)
        self.host.intake.watchers = [self.watch.flow] if self.watch.flow else []
        self.host.topics_changed()

    def _snooze(self, order: Order) -> None:
        """What is snoozed now or later; it holds when the server is away."""
        if self.site.snoozes is not None:
            self.site.snoozes.put(self.store.remember("snoozes", order.get("snoozes")))

    def _values(self) -> None:
        self.spent.keep()
        frame = self.watch.frame() if self.watch and self.control.up else {}
        if frame:
            self.control.say({"t": "values", **frame})
        self.models.tell_tallies()
        self.reports.committed()

    def _letters(self, order: Order, do: Callable[[str, str], str | None]) -> None:
        """Replay or discard dead letters of one flow: `key`, or `keys`."""
        flow, given = str(order.get("flow")), order.get("keys")
        keys = [str(key) for key in (given if isinstance(given, list) else [order.get("key")])]
        found = {key: problem for key in keys if (problem := do(flow, key)) is not None}
        for key in [key for key, problem in found.items() if problem == GONE]:
            self.reports.exhumed(flow, key)  # the server need not show it any longer
        if order.get("id") is not None:
            self.errands.done(order.get("id"), next(iter(found.values()), None))

    def _halt(self) -> None:
        self.fence.remember()
        self.host.halted = True

    def _trouble(self, trouble: str | None) -> None:
        """The store refuses, or takes again. The host waits for it, so this is all that it says."""
        if trouble:
            log.error("the store cannot be written: %s", trouble)
        else:
            log.info("the store can be written again")
        self.control.say({"t": "trouble", "text": trouble or ""})

    def _status(self, **instead: Any) -> None:
        """Not while this worker stands still: it has no flows then, which would read as if none missed anything. `instead`: of
        some things other than they stand."""
        if self.host.halted:
            return
        heard = self.watch.heard() if self.watch is not None else {}
        now = {**standing(self.site), "heard": heard, "trouble": self.host.refusing, **instead}
        self.control.say({"t": "status", **now})

    def _health(self, health: Health) -> None:
        if self._heard != (heard := "connected" if health.connected else f"not connected: {health.detail}"):
            self._heard = heard
            log.log(logging.INFO if health.connected else logging.WARNING, "the broker %s: %s", health.url, heard)
        self._status()
        for flow in self.host.flows.values() if health.connected else ():
            if self.reports.wrong(flow.id, "topics", topic_problems(self.site.mqtt, flow)):
                self.reports.status_of(flow)

    def _gap(self, begin: int, end: int) -> None:
        for flow in self.host.flows.values():
            if flow.filters:
                self.reports.problem(flow.id, None, "possible_gap", between(begin, end, flow.zone), time=begin)
