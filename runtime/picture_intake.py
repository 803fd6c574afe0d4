"""Pictures in messages, before any flow sees them: checked, kept, and handles put in their place.

That takes tens of milliseconds each, so it is done beside the flows' thread, on AT_ONCE threads, one message after the other of
each topic. A message is acknowledged once its pictures and then it itself are on the disk.
"""

import base64
import binascii
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import compress
from typing import Any, NamedTuple

import msgspec

from nodes.kit.payload import LARGEST, at_path, decode_json
from nodes.kit.picture import PICTURE, REFUSED, Pictures, handle, refused
from runtime.mailbox import Batch
from runtime.picture_store import PictureStore
from runtime.pictures import MOST_BYTES, Picture, PictureRefused, clean
from runtime.receipts import Receipt, receipt_of

AT_ONCE = 2
WIDEST = 1_920
"""Pixels of the longer side of a kept picture."""
MOST_WAITING = 96 << 20
"""Bytes of messages with pictures that wait; then no further messages are taken until some are done."""
LARGEST_JSON = MOST_BYTES * 4 // 3 + LARGEST
"""Bytes of a JSON message with the largest picture as base64."""


Hide = Callable[[Picture, tuple[str, ...]], Picture]
"""The picture with these (nodes/kit/blur.py) blurred; on any thread. Whatever it raises, the picture is not used."""


class Developed(NamedTuple):
    """A message whose pictures are handles now. `receipt` is of what came, where it is to be acknowledged; `done` is called
    once the message is safe."""

    batch: Batch
    receipt: Receipt | None
    done: Callable[[], None]


class _Job(NamedTuple):
    topic: str
    payload: bytes
    where: Pictures
    receipt: Receipt | None
    done: Callable[[], None]


class Photos(NamedTuple):
    """Messages with pictures, and where they stand in each."""

    batch: Batch
    places: list[Pictures]


class PictureIntake:
    """`take` and `finished` belong to the thread that runs the flows; `wake` is called on any thread when there is something
    finished."""

    def __init__(
        self, store: PictureStore, wake: Callable[[], None], now: Callable[[], int], hide: Hide | None = None
    ) -> None:
        self.store, self._hide = store, hide
        self.pending: set[Receipt] = set()
        """Of what was taken and is not safe yet."""
        self._wake, self._now = wake, now
        self._waiting: dict[str, deque[_Job]] = {}
        self._ready: deque[_Job] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures")

    @property
    def full(self) -> bool:
        return self._bytes > MOST_WAITING

    @property
    def busy(self) -> bool:
        """Whether there is something that was taken and is not safe yet."""
        return bool(self._waiting or self._ready or self.pending)

    @property
    def ready(self) -> bool:
        """Whether something is finished."""
        return bool(self._ready)

    def take(self, photos: Photos, done: Callable[[], None]) -> None:
        """Have the pictures of these messages developed; `done` is called for each of them."""
        batch, places = photos
        mids = batch.mids or [0] * len(batch)
        for topic, payload, where, mid in zip(batch.topics, batch.payloads, places, mids, strict=True):
            receipt = receipt_of(mid, payload, batch.lines[-1]) if mid else None
            if receipt is not None:
                self.pending.add(receipt)
            self._queue(_Job(topic, payload, where, receipt, done))

    def _queue(self, job: _Job) -> None:
        with self._lock:
            self._bytes += len(job.payload)
            queue = self._waiting.setdefault(job.topic, deque())
            queue.append(job)
            if len(queue) == 1:
                self._pool.submit(self._next, job.topic)

    def finished(self) -> list[Developed]:
        """What is ready to be handed to the flows, as if it came now; it stays until `forget`."""
        return [
            Developed(Batch([job.topic], [job.payload], self._now(), _nothing, 0), job.receipt, job.done)
            for job in list(self._ready)
        ]

    def forget(self, count: int) -> None:
        """The first `count` that are finished are safe."""
        for _ in range(count):
            job = self._ready.popleft()
            if job.receipt is not None:
                self.pending.discard(job.receipt)
            job.done()

    def stop(self) -> None:
        """What is not finished is not acknowledged either, and comes again."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _next(self, topic: str) -> None:
        """The oldest message of a topic; its next one has to queue behind those of other topics."""
        job = self._waiting[topic][0]
        try:
            made = developed(job.payload, job.where, self.store, self._hide)
        except Exception:  # what nobody foresaw may cost a message its pictures, never its topic the rest
            made = b""
        self._ready.append(job._replace(payload=made))
        with self._lock:
            self._bytes -= len(job.payload)
            queue = self._waiting[topic]
            queue.popleft()
            if queue:
                self._pool.submit(self._next, topic)
            else:
                del self._waiting[topic]
        self._wake()


def split(batch: Batch, places: list[Pictures | None]) -> tuple[Batch, Photos]:
    """The messages without pictures, and those with."""
    with_pictures = [where is not None for where in places]
    rest = _some(batch, [not one for one in with_pictures])
    return rest, Photos(_some(batch, with_pictures), [where for where in places if where is not None])


def _some(batch: Batch, wanted: list[bool]) -> Batch:
    topics, payloads = list(compress(batch.topics, wanted)), list(compress(batch.payloads, wanted))
    mids, again = list(compress(batch.mids, wanted)), list(compress(batch.again, wanted))
    return Batch(topics, payloads, batch.arrived, batch.settle, 0, mids, again, batch.lines)


def developed(payload: bytes, where: Pictures, store: PictureStore, hide: Hide | None = None) -> bytes:
    """`payload` with handles in the place of its pictures, which are in the store then. What is no JSON object and no
    picture either stays as it is: its source says what is wrong."""
    if where.raw is not None and payload.lstrip()[:1] != b"{":
        return msgspec.json.encode(_nested(where.raw, kept(payload, store, where.blur, hide)))
    value, trouble = decode_json(payload, LARGEST_JSON)
    if trouble is not None or not isinstance(value, dict) or not replace(value, where, store, hide):
        return payload
    return msgspec.json.encode(value)


def replace(value: dict[str, Any], where: Pictures, store: PictureStore, hide: Hide | None = None) -> bool:
    """Put handles in the place of the pictures in `value`; whether there were any."""
    changed = False
    for path in where.paths:
        found = at_path(value, path)
        if found is None or (where.loose and not _meant(found)):
            continue
        _put(value, path, kept(bytes_of(found), store, where.blur, hide))
        changed = True
    return changed


def given(data: dict[str, Any], where: Pictures, store: PictureStore, hide: Hide | None = None) -> dict[str, Any]:
    """`data` that a source is given from elsewhere than the broker, with handles in the place of its pictures."""
    copy: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(data))
    replace(copy, where, store, hide)
    return copy


def kept(
    data: bytes | None, store: PictureStore, blur: tuple[str, ...] = (), hide: Hide | None = None
) -> dict[str, Any]:
    """The handle of a picture that is kept now, with `blur` blurred in it, or why it is not."""
    try:
        if data is None:
            raise PictureRefused("picture_format")
        picture = clean(data, widest=WIDEST)
        if blur:
            picture = _hidden(picture, blur, hide)
        store.put(picture)
    except PictureRefused as bad:
        return refused(bad.code, bad.given)
    except OSError:
        return refused("picture_not_kept", {})
    return handle(picture.sha256, picture.width, picture.height)


def _hidden(picture: Picture, blur: tuple[str, ...], hide: Hide | None) -> Picture:
    """What should be blurred and cannot be is not let through."""
    try:
        if hide is not None:
            return hide(picture, blur)
    except Exception as broken:
        raise PictureRefused("picture_not_blurred") from broken
    raise PictureRefused("picture_not_blurred")


def _meant(value: Any) -> bool:
    """Whether `value`, in a place where something else may stand too, is a picture or pretends to be one of ours."""
    if isinstance(value, dict):
        return PICTURE in value or REFUSED in value
    return isinstance(value, str) and value.startswith("data:image/")


def bytes_of(value: Any) -> bytes | None:
    """The bytes in base64 text or a data URL."""
    if not isinstance(value, str):
        return None
    text = value.partition(",")[2] if value.startswith("data:") else value
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _put(value: Any, path: str, new: Any) -> None:
    """In the place where `at_path` has found something."""
    if path in value:
        value[path] = new
        return
    *way, last = path.split(".")
    for part in way:
        value = value[int(part)] if isinstance(value, list) else value[part]
    value[int(last) if isinstance(value, list) else last] = new


def _nested(path: str, value: Any) -> Any:
    for part in reversed(path.split(".")):
        value = {part: value}
    return value


def _nothing() -> None:
    """Whoever brought it is told by `done`."""
