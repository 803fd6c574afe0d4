"""slack: an incoming webhook, JSON `{"text"}`."""

from typing import Any

from runtime.senders.outcome import Parcel
from runtime.senders.webhook import Webhook


class Slack(Webhook):
    """The text goes as plain words: `&`, `<`, `>` are escaped, so that device strings cannot mention or link."""

    def body(self, parcel: Parcel) -> Any:
        if parcel.text is None:
            return parcel.body
        text = parcel.words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": text}
