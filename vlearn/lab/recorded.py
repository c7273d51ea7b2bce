"""A processor's answers: asked now where it can be, and otherwise those that were recorded."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def asked_or_recorded(ask: Callable[[], Any], recorded: Path) -> tuple[Any, str]:
    """The processor's answers, asked now where Unicorn is installed and else read from the file; and which it was."""
    if find_spec("unicorn") is not None:
        return ask(), "asked just now"
    answers = json.loads(recorded.read_text(encoding="utf-8"))
    return answers, "recorded earlier: install `vlearn[oracle]` to ask it yourself"
