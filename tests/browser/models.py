"""A local model with two versions, test pictures, figures and a trial, for pages that show one."""

import base64
import json
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page

from tests import onnx_models
from tests.journeys.editing import call

ID = "light"
LABELS = ("dark", "bright")
ABOUT = {"task": "classify", "labels": LABELS, "picture": {"width": 32, "height": 24}}
_SEND = """async ([path, data, fields]) => {
  const me = await (await fetch('/api/me')).json()
  const body = new FormData()
  body.append('file', new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], 'file'))
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  const answer = await fetch(path, {method: 'POST', headers: {'X-CSRFToken': me.csrf}, body})
  return [answer.status, await answer.text()]
}"""


def local_model(page: Page) -> str:
    """Its id. On a page of the product; where it is there already, nothing happens."""
    if ID in {one["id"] for one in call(page, "GET", "/api/local-models")}:
        return ID
    label = {"en": "Light in the hall", "ja": "ホールの明るさ"}
    first, second = onnx_models.brightness(), onnx_models.brightness()
    second.doc_string = "second"
    send(
        page,
        "",
        first.SerializeToString(),
        wish={"id": ID, "label": label, "about": ABOUT, "note": "200 pictures of hall A"},
    )
    send(page, f"/{ID}/versions", second.SerializeToString(), wish={"note": "with night pictures of hall B"})
    for step in range(8):
        send(page, f"/{ID}/samples", _picture(step * 32), labels=LABELS[step > 4])
    for number in (1, 2):
        call(page, "POST", f"/api/local-models/{ID}/versions/{number}/measure")
    call(page, "POST", f"/api/local-models/{ID}/rollout", {"version": 2, "devices": ["kiln-1"], "percent": 10})
    return ID


def send(page: Page, path: str, data: bytes, **fields: Any) -> None:
    """Upload a file to an address of the local models."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    packed = base64.b64encode(data).decode()
    status, text = page.evaluate(_SEND, [f"/api/local-models{path}", packed, texts])
    assert status < 300, (status, text)


def _picture(light: int) -> bytes:
    image, out = Image.new("RGB", (320, 240), (light, light, light)), BytesIO()
    ImageDraw.Draw(image).rectangle((90, 60, 230, 200), fill=(255 - light, 80, 60))
    image.save(out, "PNG")
    return out.getvalue()
