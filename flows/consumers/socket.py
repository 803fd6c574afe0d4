"""What all sockets are: whatever ends one, it takes its leave."""

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Socket(AsyncJsonWebsocketConsumer):
    """Channels calls `disconnect` when the server says that the other side has gone. But what is sent to it in that very moment
    fails, and a failure ends the socket before the server is heard: whoever was there would be there for ever."""

    left = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if not self.left:
                await self.disconnect(1006)

    async def websocket_disconnect(self, message: Any) -> None:
        self.left = True
        await super().websocket_disconnect(message)
