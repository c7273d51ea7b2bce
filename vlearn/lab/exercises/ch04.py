"""The exercises of chapter 4. Every check runs a student's flags, guest or translation on the processor's model."""

from collections.abc import Sequence
from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_whole
from vlearn.sim.cpu import Cpu, assemble, boot, load
from vlearn.sim.cpu.eflags import IF, IOPL, popped
from vlearn.sim.cpu.paging import read_physical
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import GUESTS, source
from vlearn.sim.monitors.guests.loader import loaded_by_multiboot
from vlearn.sim.monitors.translation import BINARY_TRANSLATION, Treatment, unit_at
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.vm import Ending, Monitor, run_guest

LIMIT = 20_000
STEPS_OF_A_PROBE = "start: cli\npushf\npop eax\nhlt"
UNIT = "start: mov eax, cr0\nadd ebx, 4\npushf\ncli\nmov cr3, ecx\npopf\ncmp ebx, edx\njnz start"
"""The unit of the exercise in translation."""
FLAGS_LINES = ("        push eax\n        popf\n", "        push ebx                ; restore\n        popf\n")
"""In the guest `flags`: how a critical section is entered, and how it is left."""
_TREATMENTS = {treatment.value: treatment for treatment in Treatment}


def popf_by_ring(eflags: int, image: int, cpl: int) -> int:
    """A wrong model of POPF, to be found out: it changes IF and IOPL in ring 0, and neither in any other ring."""
    kept = 0 if cpl == 0 else IF | IOPL
    return popped(eflags, image, 0) & ~kept | eflags & kept


def _image(answer: Any) -> Hint | None:
    if not is_whole(answer):
        return Hint("The answer is a whole number, such as `0x46`.")
    cpu = boot(STEPS_OF_A_PROBE, interrupts=True)
    right, bare = (_run(one, cpu).vm.guest["eax"] for one in (TRAP_AND_EMULATE, BARE))
    if answer == right:
        return None
    if answer == bare:
        return Hint("That is what bare metal shows. `pushf` does not trap: whose flags does it find?")
    if answer == right & ~2:
        return Hint("Nearly: bit 1 of EFLAGS is always 1.")
    return Hint("Begin with bit 1, which is always 1. Then: the real IF is bit 9, the real IOPL bits 12 and 13.")


def _bug_hunt(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 3 and all(map(is_whole, answer))):
        return Hint("Give three whole numbers: the flags, the image and the CPL, as in `(0x202, 0x2, 0)`.")
    eflags, image, cpl = answer
    if cpl not in range(4):
        return Hint("The CPL is 0, 1, 2 or 3.")
    if popf_by_ring(eflags, image, cpl) != popped(eflags, image, cpl):
        return None
    if cpl == 0:
        return Hint("In ring 0 the wrong model is right. Which other rule than the ring decides about IF?")
    if not (eflags ^ image) & IF:
        return Hint("The image has the IF that holds already, so nobody can tell what POPF does with it.")
    return Hint(f"Both keep IF: the CPL {cpl} is greater than the IOPL in these flags, {eflags >> 12 & 3}.")


def flags_guest(enter: str, leave: str) -> str:
    """The text of the guest `flags` with other lines around its critical section."""
    text = source("flags")
    for old, new in zip(FLAGS_LINES, (enter, leave), strict=True):
        assert old in text, "the guest has the lines that the exercise replaces"
        text = text.replace(old, new + "\n")
    return text


def _section(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(one, str) for one in answer)):
        return Hint("Give two texts, the lines that enter the section and those that leave it: `('...', '...')`.")
    for interval in (11, 19, 23, 31):
        program = assemble(flags_guest(*answer), 0x4000, {**GUESTS["flags"].parameters, "INTERVAL": interval})
        cpu = load(loaded_by_multiboot(), program).jump(program.start)
        for monitor in (BARE, TRAP_AND_EMULATE):
            ended = _run(monitor, cpu)
            if ended.kind != "halted":
                return Hint(f"On {monitor.name} the guest does not come to its end: {ended.kind}. Is the stack even?")
            memory = ended.vm.guest.memory
            if not read_physical(memory, program.labels["ticks"], 4):
                return Hint(f"On {monitor.name} the timer is never heard. Interrupts must be on between sections.")
            if ended.vm.guest.console != "=":
                return Hint(f"On {monitor.name} updates are lost (timer: {interval}). Which instructions trap, so"
                            " that the monitor hears of them?")  # fmt: skip
    return None


def _probe(answer: Any, umip: bool) -> Hint | None:
    if not isinstance(answer, str):
        return Hint("Give the guest's assembly as one text, with the label `start`.")
    cpu = boot(answer)
    wanted: list[tuple[Monitor[Any], str]] = [(BARE, "=")]
    wanted += [(trap_and_emulate(rings, umip), "V") for rings in ("0/1/3", "0/3")]
    wanted += [(BINARY_TRANSLATION, "=")] if umip else []
    for monitor, expected in wanted:
        ended = _run(monitor, cpu)
        if ended.kind != "halted":
            return Hint(f"On {monitor.name} the guest does not come to a `hlt` with IF = 0; it ended by {ended.kind}.")
        said = ended.vm.guest.console
        if said != expected:
            return Hint(_missed(monitor, said, expected))
    return None


def _missed(monitor: Monitor[Any], said: str, expected: str) -> str:
    told = f"On {monitor.name} it prints {said!r}, and should print {expected!r}."
    if len(said) != 1:
        return f"{told} Port 0xe9 is the console: `mov al, 'V'` and `out 0xe9, al`, once."
    if monitor is BARE:
        return f"{told} What does the register hold on a machine of your own?"
    if monitor is BINARY_TRANSLATION:
        return f"{told} A translator shows what bare metal would show: what have you compared?"
    umip = (
        " UMIP makes five instructions fault, and the monitor then answers them rightly."
        if "UMIP" in monitor.name
        else ""
    )
    return f"{told} Ask with an instruction that does not trap, and shows what is real.{umip}"


def _probe_any(answer: Any) -> Hint | None:
    return _probe(answer, umip=False)


def _probe_umip(answer: Any) -> Hint | None:
    return _probe(answer, umip=True)


def _translate(answer: Any) -> Hint | None:
    lines = unit_at(boot(UNIT)).lines
    if isinstance(answer, str) or not isinstance(answer, Sequence) or not set(answer) <= set(_TREATMENTS):
        return Hint(f"Give a list of words, each one of {', '.join(map(repr, _TREATMENTS))}.")
    if len(answer) != len(lines):
        return Hint(f"The unit has {len(lines)} instructions, and your list has {len(answer)} words.")
    for number, (line, said) in enumerate(zip(lines, answer, strict=True), 1):
        if said != line.treatment.value:
            return Hint(f"Not yet line {number}, `{line.instruction}`. {_ask(line.treatment)}")
    return None


def _ask(treatment: Treatment) -> str:
    return {
        Treatment.IDENT: "Would it do anything else in ring 1 than in ring 0?",
        Treatment.INLINE: "It would trap or show what is real; does anything follow that takes the monitor?",
        Treatment.CALL_OUT: "What must the monitor do when the guest does this: interrupts that wait, its shadows?",
    }.get(treatment, "Where does its target lie, once the unit is in the cache? Is it known beforehand?")


def _run(monitor: Monitor[Any], cpu: Cpu) -> Ending[Any]:
    return run_guest(monitor, monitor.start(cpu), LIMIT)


EXERCISES = (
    Exercise("ch04-flags-image", "ch04-predict-flags", "the value of EAX, a whole number such as `0x46`", _image),
    Exercise("ch04-bug-hunt", "ch04-predict-flags",
             "flags, an image and a CPL, `(eflags, image, cpl)`, for which the wrong model differs from the processor",
             _bug_hunt),
    Exercise("ch04-repair-section", "ch04-find-divergence",
             "two texts of assembly, `(enter, leave)`, that guard the section under the monitor too", _section),
    Exercise("ch04-probe", "ch04-write-probe",
             "a guest as a text of assembly that prints `V` under trap-and-emulate, and `=` on bare metal", _probe_any),
    Exercise("ch04-probe-umip", "ch04-write-probe",
             "a guest that prints `V` under trap-and-emulate with UMIP as well, and `=` on bare metal and under a"
             " translator", _probe_umip),
    Exercise("ch04-translate", "ch04-translate-block", "a list of words, one for each instruction of the unit",
             _translate),
)  # fmt: skip
