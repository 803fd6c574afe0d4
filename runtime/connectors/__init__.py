"""Ways in: MQTT."""
