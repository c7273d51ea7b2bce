"""The kernel that chapter 3 has its readers port, and the check of a port: it runs, and is laid beside bare metal."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from vlearn.lab.exercise import Hint
from vlearn.sim.cpu import AssemblyError, Program, assemble, boot, run_to_end
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.state import Cpu
from vlearn.sim.monitors.compare import next_instruction
from vlearn.sim.monitors.paravirtual import SYMBOLS, Handler, Pv, build, rule_for, run_paravirtual
from vlearn.sim.monitors.paravirtual.interface import FLAT_RING1_CS

KERNEL = """\
start:  mov esp, 0x9000
        cli                     ; a critical section
        mov al, 0x50            ; P
        call put
        call flags
        mov [0xd000], eax
        sti                     ; a tick has waited for this
        nop
        mov ecx, [ticks]
        mov [0xd004], ecx
        call flags
        mov [0xd008], eax
        mov al, 0x56            ; V
        call put
        cli
        hlt                     ; the end

put:    out 0xe9, al            ; AL to the console
        ret
flags:  pushf                   ; EAX = EFLAGS; of these, only IF is used
        pop eax
        ret
tick:   inc dword [ticks]       ; the handler of the timer
        iret

character: db 0, 0, 0, 0
ticks:  dd 0
"""
LIMIT = 2000
TICK = 0x21
INSIDE, TICKS, BEHIND = 0xD000, 0xD004, 0xD008


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a kernel has left behind: its console, IF inside the critical section, ticks and IF behind it."""

    console: str
    inside: bool
    ticks: int
    behind: bool


def _left_by(cpu: Cpu) -> Outcome:
    words = (cpu.memory.get(at, 0) for at in (INSIDE, TICKS, BEHIND))
    inside, ticks, behind = words
    return Outcome(cpu.console, bool(inside & IF), ticks, bool(behind & IF))


@cache
def on_bare_metal() -> Outcome:
    """The kernel as it is, with a tick of the timer waiting from the start."""
    cpu = boot(assemble(KERNEL), gates={TICK: "tick"})
    return _left_by(run_to_end(replace(cpu, pending=frozenset({TICK})), LIMIT).cpu)


def paravirtual(program: Program) -> Pv:
    """A domain with a ported kernel, whose callback for events is at `tick`; one event waits, and the mask is set."""
    cpu = replace(boot(program), pending=frozenset({TICK}))
    return build(cpu, callback=Handler(FLAT_RING1_CS, program.labels["tick"], masks=True))


def port_works(answer: Any) -> Hint | None:
    """None for a port that does what the kernel does on bare metal, else what goes wrong first."""
    if not isinstance(answer, str):
        return Hint("Give the source as text: `KERNEL` with the lines that you have changed.")
    try:
        program = assemble(answer, symbols=SYMBOLS)
    except AssemblyError as error:
        return Hint(f"It does not assemble: {error}")
    if "tick" not in program.labels:
        return Hint("Keep the label `tick`: it is where events are to arrive.")
    return _runs(program)


def _runs(program: Program) -> Hint | None:
    vm = paravirtual(program)
    for _ in range(LIMIT):
        text = next_instruction(vm.real)
        for happening in run_paravirtual(vm):
            vm = happening.vm
            if happening.kind == "emulated" and text in ("cli", "sti"):
                return Hint(
                    f"`{text}` traps in ring 1, and the monitor skips it: it does not touch your mask. {_rule(text)}"
                )
        if vm.monitor.ended:
            break
    else:
        return _endless(vm)
    if vm.guest.shutdown:
        return Hint(f"At `{text}`, {vm.monitor.ended}. {_rule(text)}")
    return _compared(_left_by(vm.guest))


def _rule(text: str) -> str:
    mnemonic, _, operands = text.partition(" ")
    rule = rule_for(mnemonic, tuple(operand.strip() for operand in operands.split(",")))
    return f"The rule: {rule.instead}." if rule else "What is in the registers at that point?"


def _endless(vm: Pv) -> Hint:
    if vm.counts.get("callback", 0) > 10:
        return Hint("`tick` is entered again and again: whoever takes an event clears `evtchn_upcall_pending`.")
    return Hint(f"After {LIMIT} steps it has not shut down; it is at `{next_instruction(vm.real)}`.")


def _compared(found: Outcome) -> Hint | None:
    bare = on_bare_metal()
    if found.console != bare.console:
        return Hint(f"On bare metal the console says {bare.console!r}, under the monitor {found.console!r}.")
    if found.inside != bare.inside:
        return Hint(
            "Inside the critical section `flags` says that IF is 1. PUSHF does not trap: it shows the real IF. Where is"
            " the virtual one?"
        )
    if found.ticks != bare.ticks:
        return Hint(
            "The tick that waited has not been counted right behind STI. Who clears the mask must look at"
            " `evtchn_upcall_pending`, and if it is set, enter the monitor by any hypercall."
        )
    if found.behind != bare.behind:
        return Hint(
            "Behind the tick `flags` says that IF is 0. IRET in ring 1 gives back what is in EFLAGS; who gives back the"
            " mask?"
        )
    return None
