"""An exam with one question of every kind, made so that what students may see and what they may not are told apart."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from vlearn.blocks import Block, Chart, Code, Figure, Series, Table, Text
from vlearn.exams.form import Form
from vlearn.questions.model import (
    KINDS,
    Answer,
    Bloom,
    Case,
    Classification,
    Cloze,
    Criterion,
    Essay,
    Gap,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    Program,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 90" width="360" height="90" font-family="sans-serif">
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0 8 4 0 8Z" fill="#0072B2"/></marker></defs>
<rect x="2" y="20" width="110" height="44" rx="4" fill="#e8f1f8" stroke="#0072B2"/>
<text x="57" y="47" text-anchor="middle" font-size="14">CR3</text>
<path d="M112 42H236" stroke="#0072B2" stroke-width="2" marker-end="url(#head)"/>
<rect x="240" y="20" width="110" height="44" rx="4" fill="#fdf3e1" stroke="#E69F00"/>
<text x="295" y="47" text-anchor="middle" font-size="14" font-family="monospace">PML4</text></svg>"""

LEVELS = (1.0, 2.0, 3.0, 4.0, 5.0)
CHART = Chart(
    "References of a walk",
    "levels",
    "memory references",
    (Series("native", LEVELS, LEVELS), Series("nested", LEVELS, (9.0, 14.0, 19.0, 24.0, 29.0))),
)

Say = Callable[[str], str]


def same(text: str) -> str:
    return text


def answers(say: Say, write: Say, hide: Say) -> dict[str, Answer]:
    """An answer of every kind; `say` and `write` wrap Markdown and plain text that students see, `hide` the rest."""

    def option(text: str, why: str) -> Option:
        return Option(say(text), hide(why))

    return {
        "single-choice": SingleChoice(
            (
                option("4, one for each level", "Forgets that every guest table is read through the EPT."),
                option("24: `(4+1)·(4+1)−1`", "Right: five nested walks of four, and four guest entries."),
                option("8", "Adds the levels instead of multiplying them."),
                option("20", "Leaves out the guest's own entries."),
            ),
            1,
        ),
        "multiple-choice": MultipleChoice(
            (
                option("`P` is clear", "Right: a missing page faults."),
                option("the page is 2 MiB", "The size alone is no fault."),
                option("a write meets R/W = 0 and CR0.WP = 1", "Right: a protection fault."),
                option("`A` is clear", "The processor sets it itself."),
            ),
            frozenset({0, 2}),
        ),
        "true-false": TrueFalse(
            True,
            (
                option("the guest's page tables hold guest-physical addresses", "Right."),
                option("the TLB holds no guest addresses", "It does, tagged by VPID."),
            ),
            0,
        ),
        "numeric": Numeric(Fraction(918273645), Fraction(7), unit=write("ns")),
        "short-text": ShortText((hide("EPT violation"), hide("EPT-violation"))),
        "matching": Matching(
            (say("CR3"), say("EPTP"), say("INVLPG")),
            (say("root of the guest's tables"), say("drops one translation"), say("root of the EPT"), say("nothing")),
            (0, 2, 1),
        ),
        "ordering": Ordering((say("PDPT"), say("PML4"), say("page table"), say("page directory")), (1, 0, 3, 2)),
        "cloze": Cloze(
            f"{say('A fault of the guest goes to the')} [[1]], a violation to the [[2]].\n\n    mov [[3]], cr3",
            (
                Gap((hide("guest"),), ()),
                Gap((hide("hypervisor"),), (write("guest"), write("hypervisor"), write("firmware"))),
                Gap((hide("rax"),), ()),
            ),
        ),
        "classification": Classification(
            (say("exits"), say("stays")), (say("`CPUID`"), say("`ADD`"), say("`VMCALL`")), (0, 1, 0)
        ),
        "essay": Essay((Criterion(hide("Names both"), Fraction(1, 2)), Criterion(hide("Says why"), Fraction(1, 2))), 6),
        "trace": TraceTable(
            (write("step"), "entry", "address"),
            (("1", write("PML4E"), hide("0x1000")), ("2", hide("PDPTE"), "0x2008"), ("3", "PDE", hide("0x3010"))),
            ((0, 2), (1, 1), (2, 2)),
        ),
        "code": Program(
            starter=write("def references(guest, host):\n    "),
            cases=(Case(hide("references(4, 4)"), hide("24")),),
            lines=8,
            reference=hide("return 24"),
        ),
    }


def prompt(kind: str, say: Say, write: Say) -> tuple[Block, ...]:
    """A prompt that shows, over all kinds, every kind of block and of text."""
    text = Text(say(f"A question of the kind *{kind}*: what does the **processor** do with `CR3`?"))
    table = Table((write("bit"), "name"), (("0", write("P")), ("1", "R/W")), write("The low bits of an entry."))
    lists = "1. one\n2. two\n   - inner\n   - more\n\n> a quotation\n\n| a | b |\n|---|---|\n| `x` | y |"
    more: dict[str, tuple[Block, ...]] = {
        "single-choice": (Figure(SVG, write("CR3 points to the PML4"), write("Where a walk begins.")),),
        "multiple-choice": (table,),
        "true-false": (Text(lists),),
        "numeric": (CHART,),
        "code": (Code(write("def walk(cr3):\n    return cr3 & ~0xFFF  # no PCID"), "python"),),
        "essay": (
            Text("See [the manual](https://example.org/sdm) and ![a picture](https://example.org/a.png).\n\n---"),
        ),
    }
    return (text, *more.get(kind, ()))


def build(say: Say = same, write: Say = same, hide: Say = same) -> Form:
    """The exam; what `hide` wraps is for instructors alone."""
    made = answers(say, write, hide)
    questions = tuple(
        Question(
            id=hide(f"ch06-{kind}"),
            objective="ch06-walk",
            prompt=prompt(kind, say, write),
            answer=made[kind],
            solution=(Text(hide("The walk reads *each* level once.")),),
            points=Fraction(n + 1, 2),
            minutes=Fraction(3),
            difficulty=2,
            bloom=Bloom.APPLY,
            source=hide("Intel SDM 3A, 4.5"),
            generator=hide("walk"),
        )
        for n, kind in enumerate(KINDS)
    )
    return Form(write("Nested paging"), "A", say("Answer all questions. *No* aids."), questions, seed=20261)


@pytest.fixture(scope="session")
def form() -> Form:
    return build()


@pytest.fixture(scope="session")
def make_form() -> Callable[..., Form]:
    return build
