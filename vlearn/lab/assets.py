"""The style sheets and scripts beside these modules, and how to put text into a page without ending its script."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).resolve().parent


@cache
def asset(name: str) -> str:
    """The text of a file that ships beside this module, such as `player.js`."""
    return (FOLDER / name).read_text(encoding="utf-8")


def json_in_script(value: Any) -> str:
    """JSON that may stand inside a `<script>` element: nothing in it ends the element or opens a comment."""
    return msgspec.json.encode(value).decode().replace("</", "<\\/").replace("<!", "\\u003c!")


def digest(text: str) -> str:
    """A short name for a content: the same run gets the same name, so that static output is the same in every run."""
    return sha256(text.encode()).hexdigest()[:12]


def page(html: str, *sheets: str) -> str:
    """HTML with the lab's style sheets around it, for an output that is not a widget; its `$` stay dollar signs."""
    style = "".join(map(asset, ("theme.css", "card.css", *sheets)))
    return f'<style>{style}</style><div class="vlearn tex2jax_ignore mathjax_ignore">{html}</div>'
