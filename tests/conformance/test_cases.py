"""Every recorded case, run against the model of its format."""

import pytest


def test_case(form, case, unreadable):
    assert unreadable is None, unreadable
    if form.run is None:
        pytest.skip(f"no model runs the format {form.name!r} yet")
    problem = form.run(case)
    assert problem is None, problem
