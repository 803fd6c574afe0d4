"""What a broker grants, and what it grants less of than was asked for."""

import paho.mqtt.client as paho

from runtime.connectors.broker import parse_broker
from runtime.connectors.test_mqtt import connection, made
from tests.brokers import mosquitto, wait_until


def test_a_filter_that_is_granted_at_a_lower_qos_is_named_with_it() -> None:
    with mosquitto(extra="max_qos 0") as broker, connection(broker, "a/#") as mqtt:
        assert (mqtt.subscriptions.lowered, mqtt.subscriptions.refused) == ({"a/#": 0}, {})
    with mosquitto() as broker, connection(broker, "a/#") as mqtt:
        assert mqtt.subscriptions.lowered == {}


def test_a_session_that_goes_on_has_what_it_was_granted() -> None:
    """With MQTT 3.1.1 it is not asked for again, so nobody says it again."""
    with mosquitto(extra="max_qos 0") as broker:
        mqtt = made(parse_broker(broker.url))
        mqtt._protocol = int(paho.MQTTv311)
        mqtt.want({"a/#": 1})
        mqtt.start()
        wait_until(mqtt.subscribed.is_set)
        first = mqtt._session
        assert first is not None
        first.client.disconnect()
        wait_until(lambda: mqtt._session not in (None, first) and mqtt.subscribed.is_set(), 10)
        assert "a/#" not in mqtt._session.granted
        assert mqtt.subscriptions.lowered == {"a/#": 0}
        mqtt.stop()
