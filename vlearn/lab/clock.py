"""A countdown in a corner of the page: it can be hidden, says seldom how much is left, and stops nobody at the end."""

from typing import Any

import anywidget
import traitlets

from vlearn.lab.assets import FOLDER, asset


class Clock(anywidget.AnyWidget):
    """Counts `seconds` down from when it is first drawn; `began` is that moment in the browser's milliseconds."""

    _esm = FOLDER / "clock.js"
    seconds = traitlets.Float().tag(sync=True)
    began = traitlets.Float(0).tag(sync=True)
    stopped = traitlets.Bool(False).tag(sync=True)
    css = traitlets.Unicode().tag(sync=True)

    def __init__(self, seconds: float, **kwargs: Any):
        super().__init__(seconds=seconds, css=asset("theme.css") + asset("clock.css"), **kwargs)
