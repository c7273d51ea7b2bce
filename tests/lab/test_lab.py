"""What `from vlearn import lab` offers, and that it costs nothing until it is used."""

import subprocess
import sys

import pytest

from vlearn import lab


@pytest.mark.parametrize("name", lab.__all__)
def test_every_name_is_a_function_with_a_docstring(name):
    """Also after its module was imported, which must not take its place."""
    assert callable(getattr(lab, name))
    assert getattr(lab, name).__doc__
    assert name in dir(lab)


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(AttributeError, match=r"the lab has no 'plot'; it has .*chapters, chart, check"):
        _ = lab.plot


def test_only_what_draws_widgets_or_charts_imports_them():
    code = (
        "import sys; from vlearn import lab; lab.check, lab.predict, lab.progress, lab.chapters, lab.quiz\n"
        "lab.practice, lab.review\n"
        "sys.exit(', '.join({'ipywidgets', 'anywidget', 'plotly', 'IPython'} & set(sys.modules)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
