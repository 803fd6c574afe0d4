"""A fight for a client id is one until a connection has lasted, however seldom it is tried meanwhile."""

from runtime.connectors.broker import BrokerAddress
from runtime.connectors.session import SessionEnd
from runtime.connectors.takeover import CLOSED, LIKELY, YOUNG, Takeovers
from runtime.connectors.test_mqtt import made

SHUT = SessionEnd("the connection was lost", closed=True)


def test_attempts_that_are_seldom_do_not_make_it_forgotten_and_a_connection_that_lasts_does() -> None:
    now = 1_000.0
    seen = Takeovers(lambda: now)
    for _ in range(CLOSED):
        assert seen.verdict == ""
        seen.ended(SHUT, 1.0)
    for _ in range(10):
        now += 30
        seen.ended(SHUT, 1.0)
        assert seen.verdict == LIKELY
    now += 60
    seen.ended(SHUT, YOUNG)
    assert seen.verdict == ""


def test_a_broker_that_cannot_be_reached_is_used_by_nobody_else() -> None:
    seen = Takeovers(iter([0.0] * CLOSED + [61.0]).__next__)
    for _ in range(CLOSED):
        seen.ended(SHUT, 1.0)
    seen.ended(SessionEnd("connection refused"), 0.0)
    assert seen.verdict == ""


def test_when_somebody_asks_for_another_attempt_all_counts_anew() -> None:
    seen = Takeovers()
    for _ in range(CLOSED):
        seen.ended(SHUT, 1.0)
    seen.forget()
    assert seen.verdict == ""


def test_a_connection_that_may_be_taken_soon_says_why() -> None:
    mqtt = made(BrokerAddress("127.0.0.1", 1))
    for _ in range(CLOSED):
        mqtt._takeovers.ended(SHUT, 1.0)
    assert (mqtt._there().connected, mqtt._there().code) == (True, LIKELY)
    assert "another client may use our client id" in mqtt._there().detail
