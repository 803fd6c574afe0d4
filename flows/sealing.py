"""Secrets at rest. A sealed text can be opened only with this installation's key and for the purpose it was sealed for."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):
    """Sealed with another key or for another purpose, or changed since."""


def seal(text: str, purpose: str) -> str:
    """`text` sealed for `purpose`, e.g. "destination:<workspace>:<service>"; an empty text stays empty."""
    return _box(purpose).encrypt(text.encode()).decode("ascii") if text else ""


def unseal(sealed: str, purpose: str) -> str:
    """What was sealed for exactly this `purpose`. Raises CannotOpen."""
    if not sealed:
        return ""
    try:
        return _box(purpose).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as failed:
        raise CannotOpen(purpose) from failed


@cache
def _box(purpose: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=b"suiro sealed field", info=purpose.encode()).derive(settings.FIELD_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
