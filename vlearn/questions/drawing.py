"""Reading a drawing of the question bank. What it may hold is for `vlearn.render.svg` to say, as for every drawing."""

from pathlib import Path

from vlearn.errors import ExportError
from vlearn.render.svg import parse_svg

LIMIT = 1 << 21
"""The largest drawing, in bytes."""


def read_drawing(name: str, beside: Path, folder: Path) -> str:
    """The SVG text of the file `name`, beside the file `beside` and within `folder`. ValueError says what is wrong."""
    path = (beside.parent / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"figure {name!r} lies outside the question bank: copy the drawing into it")
    if path.suffix != ".svg":
        raise ValueError(f"figure {name!r} is not an .svg file: drawings are SVG")
    try:
        if path.stat().st_size > LIMIT:
            raise ValueError(f"figure {name!r} is larger than {LIMIT} bytes: simplify the drawing")
        svg = path.read_text(encoding="utf-8")
        parse_svg(svg, name)
    except OSError:
        raise ValueError(f"there is no file {name!r} beside {beside.name}") from None
    except UnicodeDecodeError:
        raise ValueError(f"figure {name!r} is not UTF-8 text: save it as UTF-8") from None
    except ExportError as error:
        raise ValueError(str(error)) from None
    return svg
