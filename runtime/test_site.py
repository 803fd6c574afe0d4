"""What a worker holds at brokers between which it changes."""

from pathlib import Path
from typing import Any

import pytest

from runtime.connectors.broker import parse_broker
from runtime.connectors.session import Session
from runtime.site import Site
from runtime.store import open_store
from tests.brokers import mosquitto, wait_until


class Silent:
    """A listener to whom nothing matters."""

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **named: None


def test_a_broker_that_is_left_in_the_middle_of_a_change_has_nothing_left_over_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mosquitto() as first, mosquitto() as second:
        a, b = parse_broker(first.url), parse_broker(second.url)
        site = Site(Silent(), store=(store := open_store(tmp_path / "store")))
        site._topics = {"plant/+/telemetry": 1}
        site.connect(a)
        site.host.start()
        there = site.mqtt
        assert there is not None
        wait_until(there.subscribed.is_set)

        def leave() -> None:
            site._want({"plant/#": 1})
            wait_until(lambda: "plant/#" in there.subscriptions.held)
            site.connect(b)

        site.host.post(leave)
        wait_until(lambda: site.mqtt is not there and site.mqtt is not None and site.mqtt.subscribed.is_set())
        wait_until(lambda: "plant/#" in (store.fact(f"held {a.shown}") or {}))
        asked: list[str] = []
        take_back = Session.unsubscribe

        def taken_back(session: Session, filters: list[str]) -> None:
            asked.extend(filters)
            take_back(session, filters)

        monkeypatch.setattr(Session, "unsubscribe", taken_back)
        site._topics = {"plant/+/telemetry": 1, "hall/#": 1}
        site.host.post(lambda: site.connect(a))
        wait_until(lambda: site.mqtt is not None and site.mqtt.address == a and site.mqtt.subscribed.is_set())
        wait_until(lambda: site.mqtt is not None and "plant/#" not in site.mqtt.subscriptions.held)
        assert "plant/#" in asked
        site.stop(0.1)
