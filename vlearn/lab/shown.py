"""Something that displays itself in a notebook and says the same as plain text elsewhere."""

from dataclasses import dataclass
from typing import Any

from vlearn.blocks import Block
from vlearn.lab.assets import page
from vlearn.render.html import to_html
from vlearn.render.text import to_text


@dataclass(frozen=True, slots=True)
class Shown:
    """`html` is trusted: it is put into the page as it is. Paper shows the blocks, or the text where there are none."""

    html: str
    text: str
    blocks: tuple[Block, ...] = ()

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": page(self.html), "text/plain": self.text}


def show(blocks: Block | tuple[Block, ...]) -> Shown:
    """Blocks, as a view draws them, on their own: a still picture or a table."""
    several = blocks if isinstance(blocks, tuple) else (blocks,)
    return Shown(to_html(several), to_text(several), several)
