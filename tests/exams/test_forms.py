"""Forms hold the same questions in different clothes, and every key stays right."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exams.banks import bank, banks, blueprint, entry
from tests.questions.samples import ANSWERS
from vlearn.blocks import Text
from vlearn.errors import BlueprintError
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.forms import forms
from vlearn.exams.order import orders as possible
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import grade

EVERY_KIND = bank(*(entry(f"q-{kind}", kind=kind, points=3) for kind in ANSWERS))
GENERATED = bank(*(entry(f"q{n:02}", generator="made-up" if n % 2 else "") for n in range(10)))


@given(st.integers(0, 2**64))
@settings(deadline=None, max_examples=8)
def test_the_key_of_every_shuffled_question_earns_full_points(seed):
    for form in forms(blueprint(36), EVERY_KIND, seed):
        assert len(form.questions) == len(ANSWERS)
        for question in form.questions:
            assert grade(question, key_response(question)).points == question.points


@given(banks(most=20), st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_forms_have_the_same_entries_and_different_orders(made, seed):
    try:
        made_forms = forms(blueprint(7, forms=("A", "B", "C")), made, seed)
    except BlueprintError:
        return
    orders = {tuple(question.id for question in form.questions) for form in made_forms}
    assert len({frozenset(Counter(order).items()) for order in orders}) == 1
    assert len(orders) == min(3, possible([made[question.id] for question in made_forms[0].questions]))
    assert len({(form.paper.points, form.paper.minutes) for form in made_forms}) == 1


@given(banks(most=12), st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_the_same_seed_gives_the_same_forms(made, seed):
    wanted = blueprint(5)
    try:
        first = forms(wanted, made, seed)
    except BlueprintError:
        return
    assert forms(wanted, made, seed) == first
    assert all(form.seed == seed for form in first)


def test_another_seed_gives_other_forms():
    assert len({tuple(q.id for q in forms(blueprint(20), GENERATED, seed)[0].questions) for seed in range(20)}) > 15


def test_options_stand_in_different_orders_on_different_forms():
    def options(form):
        return {q.id: q.answer.options for q in form.questions}

    first, second = map(options, forms(blueprint(20), bank(*(entry(f"q{n}") for n in range(10))), 1))
    assert first.keys() == second.keys()
    assert sum(first[id] != second[id] for id in first) > 5


def test_a_generated_question_has_a_variant_of_its_own_on_every_form():
    drawn = {}
    for form in forms(blueprint(20, forms=40), GENERATED, 5):
        for question in form.questions:
            drawn.setdefault(question.id, set()).add(question.prompt)
    assert {id: len(prompts) for id, prompts in drawn.items()} == {e.id: 40 if e.generator else 1 for e in GENERATED}


def test_a_generator_with_too_few_variants_repeats_them():
    coin = entry("coin", generator="coin")

    def toss(rng):
        return replace(coin.make(rng), prompt=(Text(rng.choice(("heads", "tails"))),))

    tossed = bank(replace(coin, make=toss))
    prompts = [form.questions[0].prompt[0].markdown for form in forms(blueprint(2, forms=5), tossed, 0)]
    assert set(prompts[:2]) == {"heads", "tails"}
    assert len(prompts) == 5


def test_there_can_be_more_forms_than_letters_and_than_orders():
    many = forms(blueprint(6, forms=30), bank(*(entry(f"q{n}") for n in range(3))), 0)
    assert [form.name for form in many[24:28]] == ["Y", "Z", "AA", "AB"]
    assert len({tuple(q.id for q in form.questions) for form in many}) == 6


def test_a_form_repeats_in_a_process_with_another_hash_seed():
    program = (
        "from tests.exams.test_forms import fingerprint, forms, GENERATED, blueprint;"
        "print(fingerprint(forms(blueprint(12), GENERATED, 3)))"
    )
    expected = fingerprint(forms(blueprint(12), GENERATED, 3))
    for hash_seed in "12":
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        ran = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == expected


def fingerprint(some):
    """A digest of all that a form shows and keys."""
    return hashlib.sha256(repr([(form.name, form.questions) for form in some]).encode()).hexdigest()


def test_no_paper_has_the_seed():
    seed = 918_273_645
    for form in forms(blueprint(36), EVERY_KIND, seed):
        assert str(seed) not in repr(form.paper)
        assert "seed" not in form.paper.__slots__


def test_title_and_instructions_reach_every_form():
    wanted = Blueprint(title="Midterm", instructions="No books.", points=2)
    assert {(f.title, f.instructions) for f in forms(wanted, GENERATED, 0)} == {("Midterm", "No books.")}
