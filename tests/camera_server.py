"""A real HTTP camera on loopback, that asks for a password or misbehaves on purpose."""

import base64
import hashlib
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME, WORD = "viewer", "s3cret!"


class CameraServer:
    """Serves `picture` at /snapshot.jpg while the `with` lasts. Modes: honest · basic · digest (both want NAME and WORD) ·
    away (503) · hanging · dripping (a byte now and then) · endless (bytes for ever) · redirecting (to a cloud's metadata)"""

    def __init__(self, picture: bytes, mode: str = "honest") -> None:
        self.picture, self.mode = picture, mode
        self.asked: list[str] = []
        self.stop = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"camera": self}))
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_port}/snapshot.jpg"
        self.signed = self.url.replace("//", f"//{NAME}:s3cret%21@")

    def __enter__(self) -> "CameraServer":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    camera: CameraServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        camera, given = self.camera, self.headers.get("Authorization", "")
        camera.asked.append(given)
        if camera.mode == "hanging":
            camera.stop.wait(30)
        elif camera.mode == "away":
            self._say(503, {})
        elif camera.mode == "redirecting":
            self._say(302, {"Location": "http://169.254.169.254/latest/meta-data/"})
        elif camera.mode == "basic" and given != "Basic " + base64.b64encode(f"{NAME}:{WORD}".encode()).decode():
            self._say(401, {"WWW-Authenticate": 'Basic realm="camera"'})
        elif camera.mode == "digest" and not _digest_fits(given):
            self._say(401, {"WWW-Authenticate": 'Digest realm="camera", nonce="n1", qop="auth", algorithm=MD5'})
        elif camera.mode in ("dripping", "endless"):
            self._for_ever()
        else:
            self._say(200, {"Content-Type": "image/jpeg"}, camera.picture)

    def _for_ever(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        part = b"\xff" if self.camera.mode == "dripping" else b"\xff\xd8\xff" + b"x" * 65_536
        while not self.camera.stop.is_set():
            self.wfile.write(part)
            self.wfile.flush()
            if self.camera.mode == "dripping":
                time.sleep(0.05)

    def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def _digest_fits(given: str) -> bool:
    """Whether somebody who knows NAME and WORD made this (RFC 7616, MD5 with qop=auth)."""
    said = {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', given)}
    if not given.startswith("Digest ") or not {"uri", "nc", "cnonce", "response"} <= said.keys():
        return False
    sums = [hashlib.md5(text.encode()).hexdigest() for text in (f"{NAME}:camera:{WORD}", f"GET:{said['uri']}")]
    whole = f"{sums[0]}:n1:{said['nc']}:{said['cnonce']}:auth:{sums[1]}"
    return said["response"] == hashlib.md5(whole.encode()).hexdigest()
