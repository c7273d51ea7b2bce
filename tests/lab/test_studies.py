"""A study asks before it lets anybody turn a control, and redraws when a control moves."""

import ipywidgets
import pytest

from vlearn.blocks import Text
from vlearn.errors import LabError
from vlearn.lab import study

QUESTION = "From how many levels on does a walk cost more than 20 references?"


def references(levels):
    if levels == 7:
        raise ValueError("no machine has 7 levels")
    return Text(f"{(levels + 1) ** 2 - 1} references")


def test_the_question_stands_before_the_controls_and_the_output():
    made = study(QUESTION, references, levels=(2, 8))
    first, control, last = made.children
    assert "more than 20 references" in first.value
    assert isinstance(control, ipywidgets.IntSlider)
    assert "35 references" in last.value


def test_moving_a_control_runs_the_model_again():
    made = study(QUESTION, references, levels=(2, 8))
    made.controls["levels"].value = 4
    assert "24 references" in made.output.value
    assert made.to_text().endswith("With levels = 4:\n\n24 references")


def test_a_setting_the_model_refuses_is_said_in_place_of_the_output():
    made = study(QUESTION, references, levels=(2, 8))
    made.controls["levels"].value = 7
    assert "no machine has 7 levels" in made.output.value
    made.controls["levels"].value = 4
    assert "24 references" in made.output.value


def test_the_page_without_a_kernel_shows_the_first_setting():
    data = study(QUESTION, references, levels=[4, 5])._repr_mimebundle_()
    assert "With levels = 4:" in data["text/html"]
    assert "24 references" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_control_is_labelled_with_words():
    made = study(QUESTION, lambda page_size: Text(str(page_size)), page_size={"4 KiB": 12, "2 MiB": 21})
    assert made.controls["page_size"].description == "page size"
    assert made.values == {"page_size": 12}


@pytest.mark.parametrize(
    ("question", "controls"), [("", {"levels": (2, 8)}), (QUESTION, {}), (QUESTION, {"levels": None})]
)
def test_no_question_or_no_control_is_no_study(question, controls):
    with pytest.raises(LabError):
        study(question, references, **controls)
