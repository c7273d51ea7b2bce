import pytest

from vlearn.sim.virtualizability import classify, proves, riscv, riscv_with_h
from vlearn.sim.virtualizability.riscv_hart import ILLEGAL, VIRTUAL

CONTROL = ["csrw sstatus, a0", "csrw sepc, a0", "csrw satp, a0", "sret", "wfi"]
LOCATION = ["csrr a0, sstatus", "csrr a0, sepc", "csrr a0, satp"]
HYPERVISOR = ["csrr a0, hgatp", "csrw hgatp, a0", "csrr a0, vsatp", "csrw vsatp, a0", "hfence.gvma", "hlv.w a0, (a0)"]


def test_without_h_everything_sensitive_traps_in_u():
    found = classify(riscv())
    assert found.theorems[0].holds
    assert set(found.privileged) == {*CONTROL, *LOCATION, "sfence.vma"}
    assert set(found.sensitive) == {*CONTROL, *LOCATION}
    assert {found[name].not_privileged for name in found.privileged} == {None}


def test_a_call_traps_in_both_modes_and_is_not_privileged():
    found = classify(riscv())
    assert [bool(run.outcome.trap) for run in found["ecall"].not_privileged.runs] == [True, True]


def test_with_h_a_guest_uses_its_own_csrs_without_a_trap():
    found = classify(riscv_with_h())
    assert found.theorems[0].holds
    assert set(found.privileged) == {*HYPERVISOR, "wfi"}
    assert all(found[name].innocuous for name in (*LOCATION, "csrw satp, a0", "sret", "sfence.vma"))


@pytest.mark.parametrize(
    ("arguments", "first", "third", "holes"),
    [
        ({"vtw": False}, False, False, ("wfi",)),
        ({"nested": True}, False, True, ("sret",)),
        ({"nested": True, "vtsr": True}, True, True, ()),
        ({"vtvm": True}, True, True, ()),
    ],
)
def test_the_bits_of_hstatus_decide_what_is_left_to_the_guest(arguments, first, third, holes):
    found = classify(riscv_with_h(**arguments))
    assert (found.theorems[0].holds, found.theorems[2].holds, found.holes) == (first, third, holes)


def test_the_exception_says_whether_a_hypervisor_could_have_done_it():
    table = {operation.text: operation for (operation,) in riscv_with_h().table.values()}
    architecture = riscv_with_h().architecture
    operation = table["csrw hgatp, a0"]
    causes = {}
    for state in architecture.situations(operation):
        for twin in (state, architecture.other_mode(state)):
            causes[twin.world] = architecture.execute(operation, twin).trap
    assert causes == {"S": "", "U": ILLEGAL, "VS": VIRTUAL, "VU": VIRTUAL}


def test_a_trap_into_hs_keeps_the_level_it_came_from():
    architecture = riscv_with_h().architecture
    (operation,) = riscv_with_h().table["csrw hgatp, a0"]
    saved = set()
    for state in architecture.situations(operation):
        twin = architecture.other_mode(state)
        after = architecture.execute(operation, twin).state
        saved.add((twin.world, after.world, after.spv, after.csrs.spp))
    assert saved == {("VS", "S", True, "S"), ("VU", "S", True, "U")}


def test_every_witness_proves_its_claim_when_it_is_run_again():
    for instructions in (riscv(), riscv_with_h(), riscv_with_h(nested=True, vtw=False)):
        found = classify(instructions)
        assert all(proves(found.architecture, w) for verdict in found.verdicts for w in verdict.witnesses)
