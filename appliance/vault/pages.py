"""Whether a key fits a file, page by page, without SQLCipher: to tell a wrong key from a damaged file.

SQLCipher 4 ends each page of 4096 bytes with 16 bytes of initialization vector and 64 of HMAC-SHA512 over the page before it, the
vector and the page's number. The HMAC's key comes from the raw key by PBKDF2 in two rounds with the file's first 16 bytes, each
xor 0x3a, as salt (zetetic.net/sqlcipher/design).
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

PAGE_BYTES = 4096
_SALT_BYTES = 16
_HMAC_BYTES = 64
_ENOUGH_PAGES = 256


def fits_any_page(path: Path, key: str) -> bool:
    """Whether any of the first pages was written with this key. Raises OSError."""
    with path.open("rb") as file:
        data = file.read(_ENOUGH_PAGES * PAGE_BYTES)
    salt = bytes(byte ^ 0x3A for byte in data[:_SALT_BYTES])
    secret = hashlib.pbkdf2_hmac("sha512", bytes.fromhex(key), salt, 2, 32)
    for start in range(0, len(data) - PAGE_BYTES + 1, PAGE_BYTES):
        number = (start // PAGE_BYTES + 1).to_bytes(4, "little")
        signed = data[start or _SALT_BYTES : start + PAGE_BYTES - _HMAC_BYTES]
        found = data[start + PAGE_BYTES - _HMAC_BYTES : start + PAGE_BYTES]
        if hmac.compare_digest(hmac.digest(secret, signed + number, "sha512"), found):
            return True
    return False
