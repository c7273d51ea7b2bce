"""x86 in VMX operation for the classifier: what Popek and Goldberg's question becomes with hardware assistance.

The guest's kernel keeps CPL 0, so the mode that matters is no longer the ring: user mode is non-root operation, and
supervisor mode the same program on a processor of its own. A trap is a VM exit, and *privileged* means: exits in
non-root operation, and goes on without an exit on the bare processor. A fault that the program's own handler gets
stands for a memory trap, as it is the same in both.

What moved is the line between content and resource. GDTR, IDTR, LDTR, TR, CR0, CR4, the segments, EFLAGS and the
SYSENTER MSRs are loaded from the guest-state area at VM entry and saved there at VM exit, hence content: SGDT and POPF
act on the guest's own. Resources are the host's place in memory, the ports, the halted processor, and what the controls
leave real: CR3 without EPT, and IF without external-interrupt exiting.

What exits is asked of the table in `vlearn.sim.monitors.hardware.exits`. Left out: nested guests, CR0 and CR4 masks
and shadows (the guest owns its bits), time. Source: Intel SDM vol. 3C, "VM-execution control fields".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

from immutables import Map

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.faults import Fault
from vlearn.sim.cpu.machine import execute
from vlearn.sim.cpu.state import Cpu
from vlearn.sim.monitors.hardware.controls import NO_BITMAPS, settings
from vlearn.sim.monitors.hardware.exits import exit_of
from vlearn.sim.monitors.hardware.vmcs import Vmcs, configured
from vlearn.sim.virtualizability import x86_machine
from vlearn.sim.virtualizability.definitions import InstructionSet, Mode, Outcome, Parts
from vlearn.sim.virtualizability.x86_machine import Case, machine
from vlearn.sim.virtualizability.x86_table import TABLE

CONTROLS: Mapping[str, tuple[str, ...]] = {
    "HLT exiting": ("HLT exiting",),
    "INVLPG exiting": ("INVLPG exiting",),
    "RDTSC exiting": ("RDTSC exiting",),
    "WBINVD exiting": ("WBINVD exiting",),
    "unconditional I/O exiting": ("Unconditional I/O exiting",),
    "MSR exiting": (),
    "CR3 exiting": ("CR3-load exiting", "CR3-store exiting"),
    "descriptor-table exiting": ("Descriptor-table exiting",),
    "external-interrupt exiting": ("External-interrupt exiting",),
    "EPT": ("Enable EPT",),
}
"""Execution controls as a comparison wants them, each with those of the VMCS. MSR exiting: no MSR bitmap is used."""

USUAL = ("HLT exiting", "unconditional I/O exiting", "external-interrupt exiting", "EPT")
"""What a monitor needs at least."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A processor's state in or out of non-root operation; `host` is where the monitor put its tables and the guest."""

    cpu: Cpu
    non_root: bool
    host: int


@dataclass(frozen=True, slots=True)
class Vmx:
    """A processor in VMX operation under these execution controls."""

    name: str
    controls: frozenset[str]
    modes: tuple[str, str] = ("the bare processor", "VMX non-root operation")

    def situations(self, instruction: Case) -> Iterable[Guest]:
        """Programs at CPL 0 and 3, with interrupts on and off."""
        for ring, enabled in product((0, 3), (IF, 0)):
            for cpu in instruction.prepare(_machine(ring, enabled)):
                yield Guest(cpu, False, 0x10_0000)

    def execute(self, instruction: Case, state: Guest) -> Outcome[Guest]:
        """A fault by privilege comes before the exit, as on the processor."""
        try:
            after = execute(state.cpu, instruction.instruction)
        except Fault as fault:
            return Outcome(state, str(fault), memory_trap=True)
        if state.non_root and exit_of(_vmcs(self.controls), state.cpu, instruction.instruction):
            return Outcome(
                replace(state, non_root=False), f"VM exit by {instruction.instruction.form.mnemonic.upper()}"
            )
        return Outcome(replace(state, cpu=after))

    def mode(self, state: Guest) -> Mode:
        """In or out of non-root operation."""
        return Mode.USER if state.non_root else Mode.SUPERVISOR

    def resources(self, state: Guest) -> Parts:
        """What is real."""
        parts = x86_machine.resources(state.cpu)
        return {"host": state.host, **{name: parts[name] for name in _real(self.controls)}}

    def visible(self, state: Guest) -> Parts:
        """What the program has: all else."""
        parts, selectors = x86_machine.resources(state.cpu), (state.cpu["cs"], state.cpu["ss"])
        own = {name: parts[name] for name in parts.keys() - _real(self.controls)}
        return {**x86_machine.visible(state.cpu), "cs, ss": selectors, **dict(sorted(own.items()))}

    def other_mode(self, state: Guest) -> Guest:
        """The same program with a monitor, or without."""
        return replace(state, non_root=not state.non_root)

    def moved(self, state: Guest) -> Iterable[Guest]:
        """The host elsewhere, and other values of what is real."""
        yield replace(state, host=0x20_0000, cpu=replace(state.cpu, ports=Map({0: 7, 1: 7})))
        if "IF" in _real(self.controls):
            yield replace(state, cpu=replace(state.cpu, eflags=state.cpu.eflags ^ IF))
        if "CR3" in _real(self.controls):
            yield replace(state, cpu=replace(state.cpu, cr3=state.cpu.cr3 ^ 0x3000))


def vmx(controls: Iterable[str] = USUAL) -> InstructionSet[Case, Guest]:
    """x86 in VMX non-root operation, under execution controls of CONTROLS. Raises ModelError for any other name."""
    chosen = tuple(dict.fromkeys(controls))
    for control in chosen:
        if control not in CONTROLS:
            known = f"{', '.join(CONTROLS)}{did_you_mean(control, CONTROLS)}"
            raise ModelError(f"no execution control is called {control!r}: there are {known}")
    name = "x86 in VMX non-root operation"
    if set(chosen) != set(USUAL):
        name += f" ({', '.join(chosen) or 'no controls'})"
    return InstructionSet(Vmx(name, frozenset(chosen)), TABLE)


@cache
def _vmcs(controls: frozenset[str]) -> Vmcs:
    """All of CR0 and CR4 is the guest's, and MSR bitmaps, where they are used, let every MSR pass."""
    named = {name for control in controls for name in CONTROLS[control]}
    if "MSR exiting" not in controls:
        named.add("Use MSR bitmaps")
    return configured(replace(settings(named), cr0_mask=0, cr4_mask=0, bitmaps=NO_BITMAPS))


@cache
def _real(controls: frozenset[str]) -> frozenset[str]:
    """Names of the parts that are not loaded and saved with the guest."""
    left = {"external-interrupt exiting": "IF", "EPT": "CR3"}
    return frozenset(
        ("halted", "ports", "console", "timer", *(part for control, part in left.items() if control not in controls))
    )


@cache
def _machine(ring: int, eflags: int) -> Cpu:
    return machine(ring=ring, eflags=eflags, cr4=0)
