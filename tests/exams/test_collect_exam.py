"""What a blueprint chooses, as a collection: the exam's questions in its order, with the ids that exports keep."""

import itertools

import pytest

from vlearn.errors import VlearnError
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.collect import collect
from vlearn.exams.collect_exam import collect_exam
from vlearn.exams.forms import forms
from vlearn.questions.bank import load_bank


@pytest.fixture(scope="module")
def bank():
    return load_bank()


def base(bank, id):
    return id if id in bank else id.rpartition("-v")[0]


def test_it_has_the_questions_of_the_first_form_in_its_order(bank):
    sheet = load_blueprint(find_blueprint("practice"))
    form = forms(sheet, bank, 3)[0]
    found = collect_exam("practice", bank, seed=3)
    assert found.title == sheet.title
    assert [base(bank, q.id) for q in found.questions] == [q.id for q in form.questions]
    assert found.brought == ()


def test_they_are_the_questions_of_the_bank_and_variants_of_one_stand_together(bank):
    found = collect_exam("practice", bank, "Mine", variants=2)
    assert found.title == "Mine"
    bases = [base(bank, q.id) for q in found.questions]
    assert set(found.questions) == set(collect(bank, "x", ids=set(bases), variants=2).questions)
    assert len(bases) > len(set(bases))
    assert len(set(bases)) == 1 + sum(one != other for one, other in itertools.pairwise(bases))


def test_an_unknown_blueprint_is_one_clear_error(bank):
    with pytest.raises(VlearnError, match="nothing-such"):
        collect_exam("nothing-such", bank)
