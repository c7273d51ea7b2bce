"""What the emulated processor of `oracle` does otherwise than the manual says, and how the model is checked there.

Unicorn 2.1.4, which is QEMU 5. That #UD arrives at another hook than other faults is no gap: the oracle has both.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that Unicorn does not do as the manual says, and how the model is checked there instead."""

    what: str
    checked: str


GAPS = {
    "ports": Gap("IN and OUT never fault", "native ring 3: a real processor refuses them"),
    "gates": Gap(
        "INT n and INT3 are not delivered, and the gate's DPL is not checked",
        "native ring 3 for the DPL; Unicorn's IRET takes back the frames that the model's delivery pushes",
    ),
    "umip": Gap("CR4.UMIP has no effect", "/dev/kvm where it can be opened; the manual's list of five instructions"),
    "limits": Gap("limits and types of segments are not checked on data accesses and jumps", "the manual's rules"),
    "time": Gap(
        "RDTSC, CPUID and the MSRs have the emulator's own values, and no MSR is unknown",
        "whether they trap is compared; that an unknown MSR is #GP(0) is the manual's rule",
    ),
    "msw": Gap(
        "SMSW r32 keeps the upper half of the register",
        "the manual leaves that half undefined; processors store all of CR0, and so does the model",
    ),
    "tasks": Gap("LTR accepts a null selector; far transfers to a TSS switch tasks", "the manual: #GP(0); left out"),
    "gate targets": Gap(
        "CALL through a gate to conforming code of an inner ring takes its DPL as CPL, JMP to absent code is #GP",
        "the manual: the CPL stays; #NP",
    ),
    "accessed": Gap("far transfers leave the accessed bit of a code segment alone", "the manual: the bit is set"),
    "reserved": Gap("reserved bits of CR0 and CR4 are accepted", "the manual's rules"),
}
"""By the names that the tests give for leaving a comparison out."""
