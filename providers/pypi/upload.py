"""Reading the form that twine, uv, flit, hatch and poetry send, straight into the store.

The file is hashed and written as it comes in; nothing of it is held in memory or kept elsewhere.
"""

import hashlib
from collections.abc import AsyncIterator

from python_multipart.multipart import MultipartParser, parse_options_header

from core.artifacts.blobs import Pending
from core.errors import BadUpload, TooLarge

_FIELD_MOST = 64 * 1024
_FORM_MOST = 16 * 1024 * 1024
"""Bytes of everything but the file; a long README arrives as a field."""
_KEPT = {":action", "name", "version", "md5_digest", "sha256_digest", "blake2_256_digest"}
_FILE = "content"


class Form:
    """A form coming in. Feed it with `read`, then ask it."""

    def __init__(self, content_type: str, pending: Pending) -> None:
        """Begin to read a form whose file goes to `pending`. Raises BadUpload when it is no multipart form."""
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise BadUpload(
                "That is not an upload.",
                hint="Uploading tools send multipart/form-data; try `twine upload`.",
            )
        self.fields: dict[str, str] = {}
        self.filename = ""
        self._pending = pending
        self._whole = False
        self._header = b""
        self._value = b""
        self._name = ""
        self._field = bytearray()
        self._bytes = 0
        self._in_file = False
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._part_begins,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_header_begin": self._header_begins,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_end": self._ends,
            },
        )

    async def read(self, body: AsyncIterator[bytes]) -> None:
        """Read the whole form. Raises BadUpload, TooLarge and StorageFull."""
        try:
            async for chunk in body:
                self._parser.write(chunk)
        except ValueError as error:
            raise BadUpload("The form cannot be read.", hint="Upload it again.") from error
        if not self._whole:
            raise BadUpload("The upload was cut off.", hint="Upload it again; nothing of it was kept.")
        if self.fields.get(":action") != "file_upload" or not self.filename:
            raise BadUpload("There is no file in that upload.", hint="Try `twine upload dist/*`.")

    def check_digests(self) -> None:
        """Compare the digests that were sent with the bytes that came. Raises BadUpload. Reads the file once more."""
        digests = {
            "sha256_digest": lambda: self._pending.sha256,
            "md5_digest": self._md5,
            "blake2_256_digest": self._blake2,
        }
        for field, digest in digests.items():
            said = self.fields.get(field, "").lower()
            if said and said != digest():
                raise BadUpload(
                    f"{self.filename} did not arrive as it was sent: its {field.removesuffix('_digest')} differs.",
                    hint="Upload it again.",
                )

    def _md5(self) -> str:
        with self._pending.path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()

    def _blake2(self) -> str:
        with self._pending.path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()

    def _part_begins(self) -> None:
        self._name, self._in_file = "", False
        self._field.clear()

    def _header_begins(self) -> None:
        self._header = self._value = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._header.lower() != b"content-disposition":
            return
        _, options = parse_options_header(self._value)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name == _FILE:
            if self.filename:
                raise BadUpload("There are two files in that upload.", hint="Tools send one at a time.")
            self.filename = options.get(b"filename", b"").decode("utf-8", "replace")
            self._in_file = True

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._pending.write(data[start:end])
            return
        self._bytes += end - start
        if self._bytes > _FORM_MOST:
            raise TooLarge(f"The fields are larger than {_FORM_MOST // 1024**2} MiB.", hint="Shorten the README.")
        if self._name in _KEPT and len(self._field) <= _FIELD_MOST:
            self._field += data[start:end]

    def _part_ends(self) -> None:
        if self._name in _KEPT:
            self.fields.setdefault(self._name, self._field.decode("utf-8", "replace").strip())

    def _ends(self) -> None:
        self._whole = True
