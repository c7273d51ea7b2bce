"""A form in Python: what a submission does, and the page without a kernel."""

from vlearn.lab.fields import area, line, menu, radios
from vlearn.lab.form import Form


def test_a_submission_is_answered_with_results():
    form = Form(line("n", "A number"), "Hand in", lambda values: ({"all": f"got {values['n'][0]}"}, True))
    form.values = {"n": ["7"]}
    form.submitted = 1
    assert (form.results, form.done) == ({"all": "got 7"}, True)


def test_an_answer_that_fails_says_so_and_lets_the_student_try_again():
    form = Form("", "Hand in", lambda values: 1 / 0)
    form.submitted = 1
    assert "ZeroDivisionError" in form.results["all"]
    assert not form.done


def test_the_page_without_a_kernel_shows_the_question_and_says_where_to_answer():
    data, _ = Form(radios("c", "Which?", ["one", "two"]), "Hand in", dict)._repr_mimebundle_()
    assert "<fieldset disabled" in data["text/html"]
    assert "Open this notebook in JupyterLab" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_names_and_plain_texts_are_escaped():
    fields = line("a", '"<b>') + area("b", "<b>", 2, "</textarea><b>") + menu("c", "<b>", ["<b>"])
    assert "<b>" not in fields
    assert fields.count("</textarea>") == 1
