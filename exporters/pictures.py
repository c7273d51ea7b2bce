"""Drawings as PNG, for formats that take no SVG; made by Typst with our own fonts, so the same everywhere."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vlearn.errors import ExportError

if TYPE_CHECKING:
    import typst

DOTS_PER_INCH = 192
_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "typst" / "picture.typ"


def png(svg: str) -> bytes:
    """The drawing, 192 dots to its inch. Raises ExportError where Typst is missing or cannot draw it."""
    compiler = _compiler()
    from typst import TypstError

    try:
        drawn = compiler.compile(_TEMPLATE, format="png", ppi=DOTS_PER_INCH, sys_inputs={"svg": svg})
    except TypstError as error:
        raise ExportError(f"a drawing could not be made into a picture: {error.diagnostic.strip()}") from None
    if not isinstance(drawn, bytes):
        raise ExportError("Typst gave no picture: this version of the package typst is not one that vlearn knows")
    return drawn


@cache
def _compiler() -> "typst.Compiler":
    try:
        import typst
    except ImportError:
        raise ExportError("drawings in this format need the package typst: pip install 'vlearn[pdf]'") from None
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_HERE / "fonts"])
    return typst.Compiler(root=_TEMPLATE.parent, font_paths=fonts)
