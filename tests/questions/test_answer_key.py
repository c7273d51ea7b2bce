from fractions import Fraction

import pytest

from tests.questions.samples import ANSWERS, REFERENCE, question
from vlearn.blocks import Code, Table, Text
from vlearn.questions.answer_key import answer_blocks
from vlearn.questions.model import Numeric

IN_WORDS = {
    "single-choice": (Text("**C**: option three"),),
    "multiple-choice": (Text("- **A**: option one\n- **D**: option four"),),
    "true-false": (Text("**False**, because **B**: option two"),),
    "numeric": (Text("`24 ± 0.5 references`"),),
    "short-text": (Text("`EPT violation` or `EPT-violation`"),),
    "matching": (
        Table(
            ("Number", "Left", "Letter", "Right"),
            (("1", "CR3", "A", "guest root"), ("2", "EPTP", "B", "host root"), ("3", "VPID", "C", "tag")),
        ),
    ),
    "ordering": (
        Text("**B, D, C, A**"),
        Table(
            ("Place", "Letter", "Item"), (("1", "B", "PML4"), ("2", "D", "PDPT"), ("3", "C", "PD"), ("4", "A", "PT"))
        ),
    ),
    "cloze": (Table(("Gap", "Text"), (("1", "EPT"), ("2", "frames"))),),
    "classification": (
        Table(
            ("Number", "Item", "Letter", "Category"),
            (("1", "CPUID", "A", "exits"), ("2", "ADD", "B", "stays"), ("3", "VMCALL", "A", "exits")),
        ),
    ),
    "essay": (Table(("Points", "For"), (("0.75", "names both"), ("2.25", "says why"))),),
    "trace": (
        Table(
            ("step", "entry", "address"),
            (("1", "PML4E", "(1) 0x1000"), ("2", "(2) PDPTE", "0x2008")),
            "The cells to fill in are numbered.",
        ),
    ),
    "code": (
        Code(REFERENCE, "python"),
        Table(("Call", "Must return"), (("double(2)", "4"), ("double('a')", "'aa'"))),
    ),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_key_is_printed_with_the_letters_and_numbers_of_the_paper(kind):
    assert answer_blocks(question(ANSWERS[kind])) == IN_WORDS[kind]


def test_an_address_is_printed_in_hexadecimal():
    (text,) = answer_blocks(question(Numeric(Fraction(0x1F000), base=16)))
    assert text == Text("`0x1F000`")
