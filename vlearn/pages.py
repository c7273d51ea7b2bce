"""The notebooks as pages: executed, exported by nbconvert, and kept from asking anybody for a script.

A page shows every player, which works without a kernel; forms and studies say that they need one. Widget state is not
stored: with it nbconvert would prefer live widgets, and load their manager from the network.
"""

import re
from collections.abc import Callable
from pathlib import Path

from vlearn.errors import ContentError
from vlearn.exams.files import write_together
from vlearn.lab.record import no_record

_OUTSIDE = re.compile(r'<script\b[^>]*\bsrc="(?:https?:)?//[^"]*"[^>]*>\s*</script>')


def write_pages(
    notebooks: Path, folder: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[Path, ...]:
    """Execute every notebook of one folder and write it to another as a page. ContentError: a cell fails."""
    sources = sorted(notebooks.glob("*.ipynb"))
    pages: dict[str, bytes] = {}
    with no_record():
        for done, source in enumerate(sources):
            progress(done, len(sources))
            pages[f"{source.stem}.html"] = _page(source).encode()
    progress(len(sources), len(sources))
    return write_together(folder, pages)


def _page(source: Path) -> str:
    import nbformat
    from nbclient.exceptions import CellExecutionError
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import ExecutePreprocessor

    notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    resources = {"metadata": {"name": source.stem, "path": str(source.parent)}}
    try:
        ExecutePreprocessor(timeout=300, store_widget_state=False).preprocess(notebook, resources)  # type: ignore[no-untyped-call]
    except CellExecutionError as problem:
        raise ContentError(f"{source.name} does not run, so it has no page: {problem.evalue or problem}") from problem
    page, _ = HTMLExporter().from_notebook_node(notebook, resources)  # type: ignore[no-untyped-call]
    linked = re.sub(r'href="([\w-]+)\.ipynb"', r'href="\1.html"', page)
    return _OUTSIDE.sub("", linked)
