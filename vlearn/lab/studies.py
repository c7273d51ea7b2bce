"""A parameter study: a question that only turning a control can answer, the controls, and what the model then shows.

`draw(**values)` runs the model anew for every setting and returns blocks, as views do. Charts are drawn as SVG here,
because they change with every move; `lab.chart` is for charts that stay. A still page shows the first setting.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import anywidget
import ipywidgets as widgets
import traitlets

from vlearn.blocks import Block
from vlearn.errors import LabError
from vlearn.lab.assets import FOLDER, page
from vlearn.lab.verdict import Verdict
from vlearn.render import html, markdown, text

Blocks: TypeAlias = Block | tuple[Block, ...]


class Question(anywidget.AnyWidget):
    """What a study asks, as trusted HTML; `study.js` also keeps JupyterLab from taking the keys of the controls."""

    _esm = FOLDER / "study.js"
    value = traitlets.Unicode().tag(sync=True)


class Study(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The question, a control for each parameter, the output. Move a control in Python with `.controls[name].value`."""

    def __init__(self, question: str, draw: Callable[..., Blocks], controls: Mapping[str, Any]):
        if not question.strip() or not controls:
            raise LabError("a study needs a question and at least one control that answers it")
        self._question, self._draw = question, draw
        self.controls = {name: _control(name, value) for name, value in controls.items()}
        self.output = widgets.HTML(page(html.to_html(self.blocks)))
        asked = Question(value=page(self._asked()))
        super().__init__([asked, *self.controls.values(), self.output])
        for control in self.controls.values():
            control.observe(self._redraw, "value")

    @property
    def values(self) -> dict[str, Any]:
        """The settings of the moment by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What the model shows for the settings of the moment."""
        drawn = self._draw(**self.values)
        return drawn if isinstance(drawn, tuple) else (drawn,)

    def _redraw(self, _: Any) -> None:
        try:
            shown = html.to_html(self.blocks)
        except Exception as error:  # a traceback in a widget's callback ends up in a log that nobody reads
            why = markdown.escaped(str(error) or repr(error))
            shown = Verdict("open", why, words="Not with these settings.").to_html()
        self.output.value = page(shown)

    def _asked(self) -> str:
        return f'<div class="card"><p class="lead">Find out</p>{markdown.to_html(self._question)}</div>'

    def _settings(self) -> str:
        return f"With {', '.join(f'{name} = {value}' for name, value in self.values.items())}:"

    def to_text(self) -> str:
        """Question, settings and what they show."""
        return f"{markdown.to_plain(self._question)}\n\n{self._settings()}\n\n{text.to_text(self.blocks)}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        settings = markdown.to_html(markdown.escaped(self._settings()))
        still = page(f"{self._asked()}{settings}{html.to_html(self.blocks)}")
        return {**super()._repr_mimebundle_(**kwargs), "text/html": still, "text/plain": self.to_text()}


def study(question: str, draw: Callable[..., Blocks], **controls: Any) -> Study:
    """A study of `draw(**values)`. A control is a widget, or what ipywidgets makes one of.

    That is `(1, 8)` or `(0.0, 1.0, 0.1)` for a slider, a list or a dict for a menu, a Boolean for a tick box.
    """
    return Study(question, draw, controls)


def _control(name: str, value: Any) -> widgets.Widget:
    control = value if isinstance(value, widgets.Widget) else widgets.interactive.widget_from_abbrev(value)
    if control is None or not hasattr(control, "value"):
        raise LabError(f"{name}={value!r} makes no control: give (least, most), a list, a Boolean or a widget")
    control.description = control.description or name.replace("_", " ")
    control.style.description_width = "initial"
    return control
