"""Where it meets the world: broker, destinations, models, the disk, the server."""
