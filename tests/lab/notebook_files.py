"""Tiny notebooks: made of texts that stand for cells."""

import json

START = """
from vlearn import lab
from vlearn.blocks import Chart, Code, Figure, Series, Table, Text
from vlearn.trace import Event, Step, Trace

count = Trace(0, tuple(Step(Event("add", f"adds `{n}` to <it>"), n) for n in range(1, 13)))

def draw(state, event):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 10"><rect width="9" height="9"/></svg>'
    log = Table(("n",), tuple((str(n),) for n in range(state)), "the log")
    return (Figure(svg, f"a bar of {state}"), log)
"""
"""Cells after this one have the lab, blocks, a run of twelve steps, and a view of it."""


def write_notebook(path, *sources):
    """A notebook of these cells: one that begins with `md:` is text, all others are code."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": source.removeprefix("md:")}
        if source.startswith("md:")
        else {"cell_type": "code", "metadata": {}, "outputs": [], "source": source.splitlines(keepends=True)}
        for source in sources
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path
