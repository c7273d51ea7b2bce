"""A form to fill in: native fields written as HTML here, a button, and results that a screen reader announces.

One widget serves predictions and self-tests, whatever they ask. What it leaves out: a form needs a kernel to answer;
without one its static page shows the question and says so.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, TypeAlias

import anywidget
import traitlets

from vlearn.lab.assets import FOLDER, asset, page
from vlearn.lab.fields import Values
from vlearn.lab.verdict import Verdict
from vlearn.render.markdown import verbatim

Results: TypeAlias = Mapping[str, str]
"""HTML for each slot; `all` is the slot below the button."""


class Form(anywidget.AnyWidget):
    """`fields` and `results` are trusted HTML. `answer(values)` gives the results and whether the form is done."""

    _esm = FOLDER / "form.js"
    html = traitlets.Unicode().tag(sync=True)
    css = traitlets.Unicode().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    submitted = traitlets.Int(0).tag(sync=True)
    results = traitlets.Dict().tag(sync=True)
    done = traitlets.Bool(False).tag(sync=True)

    def __init__(self, fields: str, button: str, answer: Callable[[Values], tuple[Results, bool]]):
        html = (
            f'{fields}<button type="submit">{escape(button)}</button><span class="moved" role="status"></span>'
            '<div data-result="all" role="status" aria-live="polite"></div>'
        )
        super().__init__(
            html=f'<div class="card">{html}</div>', css="".join(map(asset, ("theme.css", "card.css", "form.css")))
        )
        self._fields, self._answer = fields, answer
        self.observe(self._submit, "submitted")

    def _submit(self, _: Any) -> None:
        try:
            results, done = self._answer(self.values)
        except Exception as error:  # a traceback in a widget's callback ends up in a log that nobody reads
            said = f"This could not be graded: {verbatim(repr(error))}"
            results, done = {"all": Verdict("wrong", said).to_html()}, False
        self.results, self.done = {**self.results, **results}, done

    def to_html(self) -> str:
        """The question as it stands, for pages without a kernel."""
        note = '<p class="lead">Open this notebook in JupyterLab to answer here.</p>'
        shown = self.results.get("all", "") or note
        question = f'<fieldset disabled aria-label="Question">{self._fields}</fieldset>'
        return page(f'<div class="card">{question}{shown}</div>', "form.css")

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": self.to_html()}, metadata
