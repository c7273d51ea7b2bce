from functools import cache

import pytest

from tests.views.geometry import collisions, root_of, texts_of
from vlearn.blocks import Figure, Table, Text
from vlearn.sim.virtualizability import EXTRA, InstructionSet, classify, pdp10, riscv, riscv_with_h, third_generation
from vlearn.sim.virtualizability.vmx import vmx
from vlearn.sim.virtualizability.x86 import x86
from vlearn.views.popek_goldberg import draw_classification, draw_theorems
from vlearn.views.popek_goldberg_sets import draw_sets
from vlearn.views.popek_goldberg_witness import draw_witness, explain

MACHINES = {
    "faithful": third_generation,
    "broken": lambda: third_generation(*EXTRA),
    "pdp10": pdp10,
    "riscv": riscv,
    "riscv-h": lambda: riscv_with_h(nested=True, vtw=False),
    "x86": x86,
    "iopl": lambda: x86(iopls=(0, 3), umip=True),
    "vmx": vmx,
    "vmx-bare": lambda: vmx(()),
}


@cache
def found(name):
    return classify(MACHINES[name]())


@pytest.mark.parametrize("name", MACHINES)
def test_every_witness_is_drawn_without_faults(name):
    classification = found(name)
    seen = set()
    for verdict in classification.verdicts:
        for witness in verdict.witnesses:
            if len(verdict.classes) == 1 and verdict.innocuous and "not privileged" in seen:
                continue
            seen.add(witness.claim.value)
            (figure,) = draw_witness(classification.architecture, witness)
            assert collisions(figure.svg) == []
            assert figure.caption == explain(classification.architecture, witness)
            assert figure.alt.startswith(figure.caption)
            assert figure.caption.endswith(f"{witness.claim.value.split(',')[0]}.")


@pytest.mark.parametrize("name", MACHINES)
def test_the_sets_are_drawn_without_faults(name):
    (figure,) = draw_sets(found(name))
    assert collisions(figure.svg) == []


def test_a_machine_with_a_long_name_is_named_in_full():
    usual = ("HLT exiting", "unconditional I/O exiting", "external-interrupt exiting")
    whole = vmx(usual)
    (figure,) = draw_sets(classify(InstructionSet(whole.architecture, {"hlt": whole.table["hlt"]})))
    assert whole.name in {area.words for area in texts_of(root_of(figure.svg))}
    assert collisions(figure.svg) == []


def test_what_breaks_theorem_1_stands_in_the_first_region_and_user_sensitive_with_a_star():
    (figure,) = draw_sets(found("broken"))
    words = [area.words for area in texts_of(root_of(figure.svg))]
    assert {"GRB *", "LRA *", "GROW *", "GMODE", "EXIT", "TRYRB"} <= set(words)
    assert "Sensitive, not privileged: GRB *, LRA *, GMODE, EXIT, TRYRB, GROW *." in figure.alt


def test_a_pair_says_what_is_apart_and_what_the_program_sees_of_it():
    classification = found("x86")
    caption = explain(classification.architecture, classification["push CS"].mode)
    assert caption == (
        "Two states differ in mode alone; push cs leaves [0x8ffc] = 8 in the one and 0x1b in the other."
        " So it is mode sensitive."
    )
    (figure,) = draw_witness(classification.architecture, classification["sgdt m"].location)
    assert {"GDTR", "0x1000", "0x4000"} <= {area.words for area in texts_of(root_of(figure.svg))}


def test_a_refutation_says_what_each_mode_did():
    classification = found("riscv")
    caption = explain(classification.architecture, classification["ecall"].not_privileged)
    assert caption == (
        "ecall traps (environment call) in S, and traps (environment call) in U. So it is not privileged."
    )


def test_a_trap_that_has_no_name_is_told_without_one():
    classification = found("faithful")
    caption = explain(classification.architecture, classification["SVC"].not_privileged)
    assert caption == "SVC 0 traps in supervisor mode, and traps in user mode. So it is not privileged."


def test_one_state_is_enough_for_control():
    classification = found("pdp10")
    caption = explain(classification.architecture, classification["JRST 1"].control)
    assert "changes mode from supervisor mode to user mode" in caption


def test_the_table_has_the_sensitive_and_privileged_ones_and_counts_the_rest():
    table, rest = draw_classification(found("x86"))
    assert isinstance(table, Table)
    rows = {row[0]: row[1:6] for row in table.rows}
    assert rows["popf"] == ("–", "yes", "–", "–", "–")
    assert rows["hlt"] == ("yes", "yes", "–", "–", "–")
    assert rows["sgdt m"] == ("–", "–", "yes", "–", "yes")
    assert rest == Text(f"The other {len(found('x86').verdicts) - len(rows)} are innocuous, and not privileged.")


def test_a_chosen_table_has_the_chosen_rows_in_their_order():
    (table,) = draw_classification(found("x86"), ["nop", "hlt"])
    assert [row[0] for row in table.rows] == ["nop", "hlt"]


def test_the_theorems_are_told_with_their_breakers_and_the_monitor():
    table, monitor = draw_theorems(found("pdp10"))
    assert [row[2] for row in table.rows] == ["no", "not decided", "yes"]
    assert [row[3] for row in table.rows] == ["JRST 1", "–", "–"]
    assert "hybrid" in monitor.markdown


def test_pictures_are_figures_with_words():
    (figure,) = draw_sets(found("faithful"))
    assert isinstance(figure, Figure)
    assert "Sensitive, not privileged: none." in figure.alt
