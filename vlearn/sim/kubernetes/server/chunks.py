"""A body that comes in chunks, each behind its length (RFC 9112, 7.1), read up to a limit."""

from typing import Protocol

from vlearn.sim.kubernetes.api.status import StatusError

_LONGEST_LINE = 4096


class Reader(Protocol):
    """What a connection gives."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer at the end."""

    def readline(self, size: int, /) -> bytes:
        """One line, or so many bytes of it."""


def read_chunks(reader: Reader, limit: int) -> bytes:
    """All chunks as one body. Raises StatusError: 413 above `limit` bytes, 400 for what is no chunk."""
    body = bytearray()
    while size := _size(reader):
        if len(body) + size > limit:
            raise too_large(limit)
        chunk = reader.read(size)
        if len(chunk) < size or reader.read(2) != b"\r\n":
            raise _malformed()
        body += chunk
    while (trailer := reader.readline(_LONGEST_LINE)) not in (b"\r\n", b"\n"):
        if not trailer.endswith(b"\n"):
            raise _malformed()
    return bytes(body)


def too_large(limit: int) -> StatusError:
    """The body is longer than the API reads."""
    return StatusError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {limit}")


def _size(reader: Reader) -> int:
    written = reader.readline(_LONGEST_LINE).partition(b";")[0].strip()
    if not written or len(written) > 8 or not all(each in b"0123456789abcdefABCDEF" for each in written):
        raise _malformed()
    return int(written, 16)


def _malformed() -> StatusError:
    return StatusError(400, "BadRequest", "malformed chunked encoding")
