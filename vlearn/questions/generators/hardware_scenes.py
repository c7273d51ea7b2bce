"""What the questions on exits are about: instructions of a guest by what decides their exit, and drawn controls.

Whether something exits is asked of the model, never looked up here; the families only make sure that a question has
some of each. The words for why are those of the model's table of rules.
"""

from collections.abc import Iterable
from functools import lru_cache
from random import Random

from vlearn.sim.cpu import Cpu, Fault, Instruction, boot, fetch
from vlearn.sim.cpu.state import EBP, ECX, EDI
from vlearn.sim.monitors.hardware import Exit, Hardware, Settings, exit_of, hardware_assist, settings
from vlearn.sim.monitors.hardware.exits import rule_of
from vlearn.sim.monitors.hardware.vmcs import configured
from vlearn.sim.monitors.vm import Vm

ALWAYS = ("cpuid", "invd")
BY_CONTROL = {
    "CR3-load exiting": ("mov cr3, edi", "mov cr3, ebp"),
    "CR3-store exiting": ("mov eax, cr3",),
    "Descriptor-table exiting": ("sgdt [0x6000]", "sidt [0x6008]", "sldt eax", "str eax"),
    "INVLPG exiting": ("invlpg [0x6000]",),
    "RDTSC exiting": ("rdtsc",),
    "Unconditional I/O exiting": ("in al, 0x60", "out 0xe9, al"),
    "WBINVD exiting": ("wbinvd",),
}
NEVER = ("cli", "popf", "pushf", "smsw eax", "push cs", "mov eax, cs", "mov eax, cr0", "clts")
TARGET, OTHER = 0x5000, 0x6000
"""What EDI and EBP hold: the one may be a CR3-target value, the other never is."""
AFTER_FAULT = "\n        hlt\nhandler: hlt"
FAULTS = (6, 13)
"""#UD and #GP, which the guest handles itself."""


def drawn_controls(rng: Random, names: Iterable[str]) -> Settings:
    """Each control on or off; where CR3-load exiting is on, perhaps with a CR3-target value."""
    on = [name for name in names if rng.random() < 0.5]
    targets = (TARGET,) if "CR3-load exiting" in on and rng.random() < 0.5 else ()
    return settings(on, cr3_targets=targets)


def in_words(chosen: Settings, names: Iterable[str]) -> str:
    """Which of these controls are on, and which are off, as a sentence each."""
    shown = [*names]
    on = ", ".join(name for name in shown if name in chosen.controls)
    off = ", ".join(name for name in shown if name not in chosen.controls)
    targets = f" The one CR3-target value is `{TARGET:#x}`." if chosen.cr3_targets else " There is no CR3-target value."
    return f"On: {on or 'none'}. Off: {off or 'none'}.{targets if 'CR3-load exiting' in chosen.controls else ''}"


@lru_cache(maxsize=2048)
def attempt(text: str, chosen: Settings, ring: int) -> tuple[Vm[Hardware], Instruction]:
    """A guest about to execute one instruction in a ring, and that instruction; its faults lead to its own handler."""
    guest = boot(f"{text}{AFTER_FAULT}", ring=ring, gates=dict.fromkeys(FAULTS, "handler"))
    guest = guest.set_register(EDI, TARGET).set_register(EBP, OTHER).set_register(ECX, 0x174)
    always_enterable = settings([*chosen.controls, "Enable EPT", "Unrestricted guest"], (), chosen.cr3_targets)
    return hardware_assist(always_enterable).start(guest), fetch(guest)[1]


def exit_by(text: str, chosen: Settings, ring: int = 0) -> Exit | None:
    """The exit that an instruction makes, by the model."""
    vm, instruction = attempt(text, chosen, ring)
    return exit_of(configured(chosen).write({"CR0 read shadow": vm.guest.cr0}), vm.guest, instruction)


def why(text: str, chosen: Settings, ring: int = 0) -> str:
    """Why an instruction exits, or why it does not, in a sentence."""
    vm, instruction = attempt(text, chosen, ring)
    rule = rule_of(instruction.form)
    if rule is None:
        return "No control makes it exit: unless it faults, it works on the guest's own state."
    fault = _before(vm.guest, instruction)
    if fault:
        return f"It is {fault} in ring {ring}, and faults by privilege come before exits."
    exits = exit_by(text, chosen, ring) is not None
    if rule.by == "always":
        return "It exits whatever the controls say."
    if "CR3-load" in rule.by and "cr3," in text:
        if chosen.cr3_targets and not exits:
            return "It loads the CR3-target value, which is excepted from CR3-load exiting."
        return f"CR3-load exiting is {'on, and this is no CR3-target value' if exits else 'off'}."
    if "CR0 guest/host mask" in rule.by:
        return "It changes no bit of CR0 that is the host's."
    if "CR3-store" in rule.by and "cr0" in text:
        return "Reading CR0 never exits; where the host owns a bit, the guest reads the shadow's."
    if "MSR" in rule.by:
        return f"MSR bitmaps are {'not used, so each access exits' if exits else 'used, and its bit in them is 0'}."
    return f"{rule.by.split(', ')[0]} is {'on' if exits else 'off'}."


def _before(cpu: Cpu, instruction: Instruction) -> Fault | None:
    """The fault that comes before an exit could."""
    rule = rule_of(instruction.form)
    assert rule is not None
    try:
        rule.guard(cpu, instruction)
    except Fault as fault:
        return fault
    return None
