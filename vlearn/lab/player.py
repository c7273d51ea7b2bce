"""The player of a run: a small widget whose frames are all inside it, and the same player as a page without a kernel.

`player.js` is written once and used twice: as the widget's module, and inlined in the `text/html` of the same output,
which nbconvert, VS Code and nbviewer show where no kernel runs. Where scripts are barred too (GitHub, e-mail), that
page shows the last frame and the table of all events. What it leaves out: it does not run the model again; to play
another run, make another player.
"""

from html import escape
from typing import Any, TypeVar

import anywidget
import traitlets

from vlearn.errors import ModelError
from vlearn.lab.assets import FOLDER, asset, digest, json_in_script
from vlearn.lab.frames import packed
from vlearn.render.html import to_html
from vlearn.trace import Trace
from vlearn.views import Draw, drawn

S = TypeVar("S")

LONGEST = 1000
"""The most steps a player takes: it draws every moment."""

_MOUNT = """
for (const el of document.querySelectorAll('[data-vlearn-player="NAME"]')) {
  if (el.shadowRoot) continue;
  const state = JSON.parse(el.querySelector("script").textContent);
  const model = { get: (key) => state[key], set: (key, value) => (state[key] = value) };
  render({ model: { ...model, save_changes() {}, on() {}, off() {} }, el });
}
"""


class Player(anywidget.AnyWidget):
    """A finished run to step through. `moment` is what it shows (0: the start), in Python and in the page alike."""

    _esm = FOLDER / "player.js"
    run = traitlets.Dict().tag(sync=True)
    css = traitlets.Unicode().tag(sync=True)
    moment = traitlets.Int(0).tag(sync=True)

    def __init__(self, trace: Trace[S], draw: Draw[S], title: str = ""):
        if len(trace) > LONGEST:
            raise ModelError(f"this run has {len(trace)} steps; a player takes {LONGEST}: play a part of it")
        self._frames = tuple(to_html(drawn(trace, draw, n)) for n in range(len(trace) + 1))
        self._table = trace._repr_html_()
        shared = packed(self._frames)
        events = [{"kind": step.event.kind, "text": step.event.text.replace("`", "")} for step in trace.steps]
        run = {
            "title": title,
            "pieces": list(shared.pieces),
            "ranges": list(map(list, shared.ranges)),
            "events": events,
        }
        super().__init__(run=run, css=asset("theme.css") + asset("player.css"))

    @traitlets.validate("moment")
    def _moment_exists(self, proposal: dict[str, Any]) -> int:
        moment, last = int(proposal["value"]), len(self._frames) - 1
        if not 0 <= moment <= last:
            raise ModelError(f"this run has moments 0 to {last}; there is no moment {moment}")
        return moment

    def to_html(self) -> str:
        """The player as a piece of a page that needs no kernel, no server and no other file."""
        state = json_in_script({"run": self.run, "css": self.css, "moment": self.moment})
        name = digest(state)
        script = asset("player.js") + _MOUNT.replace("NAME", name)
        return (
            f'<div data-vlearn-player="{name}"><script type="application/json">{state}</script>{self._still()}</div>'
            f'<script type="module">\n{script}</script>'
        )

    def to_text(self) -> str:
        """Title and every event, a line each."""
        events = self.run["events"]
        lines = [f"{n}. {event['text']}" for n, event in enumerate(events, 1)]
        return "\n".join([self.run["title"] or "A run", *(lines or ["Nothing happens in this run."])])

    def _still(self) -> str:
        return f"<p><strong>{escape(self.run['title'])}</strong></p>{self._frames[-1]}{self._table}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self.to_html(), "text/plain": self.to_text()}, metadata


def play(trace: Trace[S], draw: Draw[S], title: str = "") -> Player:
    """A player of the run; `draw(state, event)` gives the blocks of a moment (event None at the start)."""
    return Player(trace, draw, title)
