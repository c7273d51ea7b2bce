"""PNG and JPEG pictures, such as screenshots, within a drawing: which may stand there, and a drawing around one.

The header alone is read. What lies behind it is for whoever shows the picture to decode; hence the limits.
"""

import re
from base64 import b64decode, b64encode

LIMIT = 1 << 20
"""The largest picture, in bytes."""

PIXELS = 1 << 24
"""How many pixels one may have: a small file may hold a huge and empty picture."""

_ROOM = (960, 900)
"""What a drawing takes at most, in pixels of a page, so that a screenshot fits on one."""

_ADDRESS = re.compile(r"data:image/(?:png|jpe?g);base64,", re.IGNORECASE)
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_JPEG = b"\xff\xd8\xff"
BEGINNINGS = (_PNG, _JPEG)
"""What the bytes of a picture begin with."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The JPEG markers whose segments state height and width."""


def address(picture: bytes) -> str:
    """The picture as an address that holds it. ValueError says why it may be none."""
    kind, _ = _read(picture)
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"


def embedded(link: str) -> bytes | None:
    """The picture that an address holds; None for every other address. ValueError if it may be none."""
    if not (begin := _ADDRESS.match(link)):
        return None
    if len(link) > 2 * LIMIT:
        raise ValueError(f"the picture is larger than {LIMIT} bytes: save it smaller")
    picture = b64decode("".join(link[begin.end() :].split()).encode("ascii"), validate=True)
    _read(picture)
    return picture


def drawing(picture: bytes) -> str:
    """An SVG drawing that shows the picture, scaled down where it would not fit on a page. Raises ValueError."""
    _, (width, height) = _read(picture)
    scale = min(1, _ROOM[0] / width, _ROOM[1] / height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:.0f}" height="{height * scale:.0f}" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" href="{address(picture)}"/></svg>'
    )


def _read(picture: bytes) -> tuple[str, tuple[int, int]]:
    """Its kind, width and height."""
    if picture.startswith(_PNG) and len(picture) >= 24:
        kind, size = "png", (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24]))
    elif picture.startswith(_JPEG):
        kind, size = "jpeg", _jpeg_size(picture)
    else:
        raise ValueError("it is no PNG or JPEG picture")
    if len(picture) > LIMIT:
        raise ValueError(f"the picture is larger than {LIMIT} bytes: save it smaller")
    if not 0 < size[0] * size[1] <= PIXELS:
        raise ValueError(f"the picture has {size[0]} × {size[1]} pixels; there may be {PIXELS}: scale it down")
    return kind, size


def _jpeg_size(picture: bytes) -> tuple[int, int]:
    """Width and height, from the first segment that states them."""
    at = 2
    while at + 9 <= len(picture) and picture[at] == 0xFF:
        marker, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4])
        if marker in _FRAMES:
            return int.from_bytes(picture[at + 7 : at + 9]), int.from_bytes(picture[at + 5 : at + 7])
        at += 1 if marker == 0xFF else 2 + length
    raise ValueError("the JPEG picture states no size")
