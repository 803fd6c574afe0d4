"""A load generator that speaks as an MQTT broker and keeps exact books, in C."""
