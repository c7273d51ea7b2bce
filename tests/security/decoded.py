"""Everything that a file holds, whatever it is wrapped in: what a curious student with a day to spare would find."""

import base64
import gzip
import io
import json
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from tests.exporters.reading import all_of_pdf

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_DEEPEST = 4


def decoded(data: bytes, depth: int = 0) -> str:
    """All text in the file, in the files and pages in it, and in what is encoded in their text."""
    if depth > _DEEPEST:
        return ""
    return "\n".join((*_texts(data), *(decoded(inner, depth + 1) for inner in _inside(data))))


def _texts(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", "replace")
    yield text
    yield text[::-1]
    if b"\0" in data:
        yield data.decode("utf-16-le", "replace")
        yield data.decode("utf-16-be", "replace")
    if data.startswith(b"%PDF"):
        yield all_of_pdf(data)
        yield from _by_other_readers(data)


def _inside(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                yield entry.filename.encode() + entry.comment + entry.extra
                yield archive.read(entry)
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(data)
        except (OSError, EOFError, zlib.error):
            continue
    if data[:1] in b"{[" and data:
        with suppress(ValueError):
            yield from (text.encode("utf-8", "replace") for text in _strings(json.loads(data)))
    for spelled in _spellings(data):
        yield spelled.encode("utf-8", "replace")
    text = data.decode("latin-1")
    for found in _BASE64.findall(text):
        padded = found.rstrip("=") + "=" * (-len(found.rstrip("=")) % 4)
        try:
            yield base64.b64decode(padded, altchars=b"-_" if set("-_") & set(found) else None)
        except ValueError:
            continue
    yield from (bytes.fromhex(found) for found in _HEX.findall(text))


def _spellings(data: bytes) -> Iterator[str]:
    """The text without entities, percent signs or escapes, where there are any."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    for spelled in (
        unescape(text),
        unquote(text),
        _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text),
    ):
        if spelled != text:
            yield spelled


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def _by_other_readers(pdf: bytes) -> Iterator[str]:
    """What qpdf and pdftotext find, where they are installed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(pdf)
        for command in (["qpdf", "--qdf", "--object-streams=disable", path, "-"], ["pdftotext", path, "-"]):
            if shutil.which(str(command[0])):
                yield subprocess.run(command, capture_output=True, check=True).stdout.decode("latin-1")
