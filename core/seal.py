"""Sealing: what must be kept but may not stand in clear in a column (a reply address, a token on its way)."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import Misconfigured


class Seal:
    """Encrypts and decrypts short texts. The first key seals; all keys open, so that keys can be rotated."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._box = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def from_text(cls, text: str) -> "Seal":
        """Return the seal of a comma-separated list of Fernet keys; raises Misconfigured for anything else."""
        try:
            return cls(tuple(part.strip().encode() for part in text.split(",") if part.strip()))
        except ValueError as wrong:
            raise Misconfigured(
                "NOODLE_SECRET_KEY is not a list of Fernet keys.",
                hint="Make one with: python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'",
            ) from wrong

    @classmethod
    def from_file(cls, path: Path) -> "Seal":
        """Return the seal whose key is in the file; a missing file is made, readable by its owner alone."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls.from_text(path.read_text())
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        return cls.from_text(path.read_text())

    def close(self, text: str) -> str:
        """Return the text sealed; "" stays ""."""
        return self._box.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        """Return the text that was sealed; raises Misconfigured when no key fits."""
        if not sealed:
            return ""
        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken as wrong:
            raise Misconfigured(
                "A stored value was sealed with another key.",
                hint="Put the old key after the new one in NOODLE_SECRET_KEY, separated by a comma.",
            ) from wrong
