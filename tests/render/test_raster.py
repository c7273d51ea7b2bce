"""Pictures within drawings: a PNG or JPEG that the drawing holds stays, and anything that only says so does not."""

import struct
import zlib
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ExportError
from vlearn.render import raster
from vlearn.render.svg import SVG, parse_svg, write_svg


def png(width: int = 3, height: int = 2, grey: int = 0x7F) -> bytes:
    """A grey picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 3, height: int = 2) -> bytes:
    """As far as the size is stated: what a camera writes first, a fill byte, and the frame."""
    return b"\xff\xd8\xff\xe1\0\6Exif\xff" + b"\xff\xc2\0\x0b\x08" + struct.pack(">HH", height, width) + b"\1\1\x11\0"


def written(href: str, link: str = "href") -> str:
    names = f'xmlns="{SVG[1:-1]}" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return write_svg(parse_svg(f'<svg {names}><image width="3" {link}="{href}"/></svg>', "a test"))


def data(picture: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"


@pytest.mark.parametrize("link", ["href", "xlink:href"])
@pytest.mark.parametrize(("picture", "kind"), [(png(), "png"), (jpeg(), "jpeg")])
def test_a_picture_that_the_drawing_holds_is_kept(picture: bytes, kind: str, link: str) -> None:
    assert f'<image width="3" href="{data(picture, kind)}" />' in written(data(picture, kind), link)


def test_a_picture_is_named_for_what_it_is_and_not_for_what_it_says() -> None:
    assert data(png()) in written(data(png(), "jpeg"))
    assert data(jpeg(), "jpeg") in written(data(jpeg(), "jpg"))


@pytest.mark.parametrize(
    "href",
    [
        "https://example.org/a.png",
        "file:///etc/passwd",
        "a.png",
        "data:image/svg+xml;base64," + b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
        data(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        data(b"GIF89a" + bytes(40)),
        data(png()[:20]),
        data(jpeg()[:12], "jpeg"),
        data(png(0, 9)),
        data(png()[:16] + struct.pack(">II", 1 << 20, 1 << 20) + png()[24:]),
        data(jpeg(0xFFFF, 0xFFFF), "jpeg"),
        data(png() + bytes(raster.LIMIT)),
        data(png()).replace("base64,", "base64,*"),
        data(png()).replace(";base64", ""),
        "",
    ],
)
def test_an_image_that_holds_no_such_picture_is_removed(href: str) -> None:
    assert "image" not in written(href)


def test_only_an_image_may_hold_a_picture() -> None:
    use = f'<svg xmlns="{SVG[1:-1]}"><use href="{data(png())}"/></svg>'
    assert "data:" not in write_svg(parse_svg(use, "a test"))


def test_a_picture_cannot_be_shown_without_end() -> None:
    images = f'<image href="{data(png())}"/>'
    uses = f'<g id="a">{images}</g>' + '<use href="#a"/>' * 60
    parse_svg(f'<svg xmlns="{SVG[1:-1]}">{images * 40}</svg>', "a test")
    with pytest.raises(ExportError, match="50 images"):
        parse_svg(f'<svg xmlns="{SVG[1:-1]}">{uses}</svg>', "a test")


@pytest.mark.parametrize(
    ("width", "height", "shown"), [(300, 200, (300, 200)), (1920, 1080, (960, 540)), (100, 1800, (50, 900))]
)
@pytest.mark.parametrize("make", [png, jpeg])
def test_a_drawing_around_a_picture_fits_on_a_page(make, width: int, height: int, shown: tuple[int, int]) -> None:
    root = parse_svg(raster.drawing(make(width, height)), "a screenshot")
    assert (root.get("width"), root.get("height")) == tuple(map(str, shown))
    assert root.get("viewBox") == f"0 0 {width} {height}"
    assert root[0].get("href") == raster.address(make(width, height))


@settings(deadline=None)
@given(st.binary(), st.sampled_from([b"", b"\xff\xd8\xff", png()[:16], jpeg()[:10], jpeg()[:14]]))
def test_bytes_are_a_picture_or_refused(tail: bytes, head: bytes) -> None:
    try:
        address = raster.address(head + tail)
    except ValueError:
        return
    assert raster.embedded(address) == head + tail
