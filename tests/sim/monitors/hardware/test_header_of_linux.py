"""The numbers of the exit reasons beside those in the header of Linux, where it is installed."""

import re
from pathlib import Path

import pytest

from vlearn.sim.monitors.hardware import REASONS
from vlearn.sim.monitors.hardware.reasons import ENTRY_FAILURE

HEADERS = [Path("/usr/include/asm/vmx.h"), *Path("/usr/include").glob("*/asm/vmx.h")]
NAMES = {
    "exception or NMI": "EXCEPTION_NMI",
    "control-register access": "CR_ACCESS",
    "RDMSR": "MSR_READ",
    "WRMSR": "MSR_WRITE",
    "VM-entry failure due to invalid guest state": "INVALID_STATE",
    "access to GDTR or IDTR": "GDTR_IDTR",
    "access to LDTR or TR": "LDTR_TR",
    "VMCLEAR": "VMCLEAR", "VMLAUNCH": "VMLAUNCH", "VMPTRLD": "VMPTRLD", "VMPTRST": "VMPTRST", "VMREAD": "VMREAD",
    "VMRESUME": "VMRESUME", "VMWRITE": "VMWRITE", "VMXOFF": "VMOFF", "VMXON": "VMON",
}  # fmt: skip
"""What Linux calls a reason, where that is not our name in capitals with underscores."""


def test_the_exit_reasons_have_the_numbers_of_linux():
    found = next((header for header in HEADERS if header.exists()), None)
    if found is None:
        pytest.skip("asm/vmx.h is not installed: it comes with the C library's headers of Linux on x86")
    text = found.read_text(encoding="utf-8")
    numbers = {name: int(n, 0) for name, n in re.findall(r"#define EXIT_REASON_(\w+)\s+(\w+)", text)}
    known = {
        number: numbers[name]
        for number, words in REASONS.items()
        if (name := NAMES.get(words, words.upper().replace("/", "").replace(" ", "_"))) in numbers
    }
    assert all(number == theirs for number, theirs in known.items())
    assert {words for number, words in REASONS.items() if number not in known} <= {"GETSEC"}
    failure = re.search(r"#define VMX_EXIT_REASONS_FAILED_VMENTRY\s+(\w+)", text)
    assert failure
    assert int(failure[1], 0) == ENTRY_FAILURE
