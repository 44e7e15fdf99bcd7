"""The signature at the head of a bundle: minisign's, prehashed, in one canonical form so that no bit of it is idle.

Format: https://jedisct1.github.io/minisign/#signature-format
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import minisign

from appliance.faults import TheirFault

COMMENT = "clinic voice appliance bundle"
_LINE = 1024
"""The longest line of a signature that is read."""
_SIGNATURE_LINES = (101, 89)
"""Lengths of the two base64 lines (74 and 64 bytes) with their ends."""


@dataclass(frozen=True)
class Verified:
    """A bundle whose signature is right."""

    payload: int
    """Where the payload begins."""
    digest: bytes
    """BLAKE2b-512 of the payload as it was when it was verified."""
    comment: str
    """The trusted comment."""


class HashedPayload:
    """Reads a payload and knows the digest of what was read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.blake2b()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`."""
        content = self._stream.read(size)
        self._hash.update(content)
        return content

    def digest(self) -> bytes:
        """Read whatever is left; the BLAKE2b-512 of everything."""
        while self.read(1 << 20):
            pass
        return self._hash.digest()


def head_size(comment: str) -> int:
    """Bytes of the signature with this trusted comment."""
    return len(f"untrusted comment: {COMMENT}\ntrusted comment: {comment}\n") + sum(_SIGNATURE_LINES)


def sign(bundle: Path, key: minisign.SecretKey, comment: str) -> None:
    """Sign the payload that begins after `head_size(comment)` bytes, and write the signature before it."""
    with bundle.open("r+b") as stream:
        stream.seek(head_size(comment))
        made = key.sign(stream, prehash=True, untrusted_comment=COMMENT, trusted_comment=comment)
        stream.seek(0)
        stream.write(bytes(made) + b"\n")


def verify(bundle: Path, key: minisign.PublicKey) -> Verified:
    """See that every bit of the file is what the owner of the key signed. Raises TheirFault."""
    try:
        with bundle.open("rb") as stream:
            head = b"".join(stream.readline(_LINE) for _ in range(4))
            made = minisign.Signature.from_bytes(head)
            # base64 has idle bits, and the first comment is signed by nobody; both would be room for changes
            if bytes(made) + b"\n" != head or made.untrusted_comment != COMMENT or not made.is_prehashed():
                raise minisign.ParseError("not in canonical form")
            payload = HashedPayload(stream)
            key.verify(payload, made)
            return Verified(len(head), payload.digest(), made.trusted_comment)
    except OSError as error:
        raise TheirFault(
            f"{bundle} cannot be read ({error.strerror}).", repair="Correct the path, or copy the file again."
        ) from error
    except minisign.VerifyError as error:
        why = "another key signed it" if "key identifiers" in str(error) else "it is not as it was when it was signed"
        raise TheirFault(
            f"{bundle} is refused: {why}.", repair="Copy it again, and see that --key is the key of who made it."
        ) from error
    except minisign.Error as error:
        raise TheirFault(
            f"{bundle} is refused: it does not begin with the signature of a bundle.",
            repair="Copy it again; nothing of it was used.",
        ) from error


def public_key(given: str) -> minisign.PublicKey:
    """The key from a file (minisign.pub), or from its base64 text itself. Raises TheirFault."""
    try:
        path = Path(given)
        return minisign.PublicKey.from_file(path) if path.exists() else minisign.PublicKey.from_base64(given)
    except (minisign.Error, OSError) as error:
        raise TheirFault(
            f"--key: {given} is no public key of minisign.",
            repair="Give the file minisign.pub, or the line in it that begins with RW.",
        ) from error


def secret_key(path: Path, password: str | None) -> minisign.SecretKey:
    """The key from a file that `minisign -G` made, ready to sign. Raises TheirFault; PasswordNeeded without a password it has."""
    try:
        key = minisign.SecretKey.from_file(path)
        if key.is_encrypted():
            if password is None:
                raise PasswordNeeded(f"{path} is locked with a password.", repair="Give --password-file.")
            key.decrypt(password)
    except OSError as error:
        raise TheirFault(f"--key: {path} cannot be read ({error.strerror}).", repair="Make one with `minisign -G`.") from error
    except minisign.Error as error:
        why = "the password is wrong" if "password" in str(error) else "it is no secret key of minisign"
        raise TheirFault(f"--key: {path} cannot be used: {why}.", repair="Make a key with `minisign -G`.") from error
    return key


class PasswordNeeded(TheirFault):
    """The secret key is locked and no password was given."""
