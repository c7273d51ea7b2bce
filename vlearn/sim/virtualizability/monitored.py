"""The monitor of the paper's proofs at work: one guest on a bare machine and under a monitor, step by step, compared.

The guest's machine has the eight words of E. The real one has eight more below them, which are the monitor's; there the
guest runs in user mode, with R moved up by as much and cut off at its end. A trap goes to the monitor's *dispatcher*,
whose *interpreter* carries the instruction out on the virtual machine, as the bare machine would. So a trap that the
bare machine would have too enters the guest's own kernel. A hybrid monitor also interprets whatever the guest executes
in virtual supervisor mode. The *allocator* is the rule that R never leaves the guest's eight words.

Left out: the fetch, so that the guest's code is a list by P and outside E; several guests; monitors within monitors.
Source: Popek and Goldberg, CACM 17(7), 1974, proofs of Theorems 1 and 3.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.virtualizability.definitions import InstructionSet, Mode, Outcome
from vlearn.sim.virtualizability.small_machine import Operation, Semantics, SmallMachine
from vlearn.sim.virtualizability.third_generation import FIELD, WORD, WORDS, State
from vlearn.trace import Event, Step

ORIGIN = WORDS
"""Where the guest's words begin in the real machine."""
MONITOR = (0, FIELD, *(0,) * (ORIGIN - 2))
"""The monitor's words: a trap finds the dispatcher's PSW in E[1]."""
_MACHINE = SmallMachine("a guest's machine")


@dataclass(frozen=True, slots=True)
class Monitored:
    """A guest's code by P, its state on the bare machine, and the state that its monitor keeps for it.

    `hybrid` monitors interpret virtual supervisor mode. The run is over once the two states differ (`lost`), the guest
    halts, or P is beyond the code.
    """

    code: tuple[Operation, ...]
    bare: State
    virtual: State
    hybrid: bool = False
    lost: bool = False

    @property
    def real(self) -> State:
        """The real machine while the guest runs directly."""
        virtual = self.virtual
        bound = max(0, min(virtual.bound, WORDS - virtual.base))
        return State(MONITOR + virtual.memory, Mode.USER, virtual.counter, ORIGIN + virtual.base, bound)

    @property
    def next(self) -> Operation | None:
        """The instruction that comes next."""
        if self.lost or self.bare.halted or self.bare.counter >= len(self.code):
            return None
        return self.code[self.bare.counter]


def guest(
    code: Iterable[str], table: Mapping[str, Semantics], words: Mapping[int, int], *, hybrid: bool = False
) -> Monitored:
    """A guest that begins in supervisor mode at P = 0 with all of E, under a monitor.

    `code` are instructions such as `LOAD 2`, `words` the words of E that are not 0. Raises ModelError.
    """
    memory = [0] * WORDS
    for address, word in words.items():
        if not (0 <= address < WORDS and 0 <= word <= WORD):
            raise ModelError(f"E[{address}] = {word:#x}: a guest has the words 0 to {WORDS - 1}, each up to {WORD:#x}")
        memory[address] = word
    state = State(tuple(memory), Mode.SUPERVISOR, 0, 0, WORDS)
    return Monitored(tuple(_operation(text, table) for text in code), state, state, hybrid)


def _operation(text: str, table: Mapping[str, Semantics]) -> Operation:
    mnemonic, _, operand = text.rpartition(" ")
    if mnemonic not in table or not operand.isdecimal():
        known = f"{', '.join(table)}{did_you_mean(mnemonic, table)}"
        raise ModelError(f"{text!r} is no instruction here: write a mnemonic and an address; there are {known}")
    return Operation(mnemonic, table[mnemonic], int(operand))


def operate(state: Monitored, _: object) -> Iterator[Step[Monitored]]:
    """One instruction, on the bare machine and under the monitor. An event says how it was executed there.

    These are `direct`, `emulated`, `reflected` (the guest's own kernel gets the trap) and `interpreted`; `differs` or
    `escaped` follows where the monitor missed something. Nothing happens once the run is over.
    """
    if (operation := state.next) is None:
        return
    kind, virtual, real = _under_monitor(state, operation)
    bare = _MACHINE.execute(operation, state.bare).state
    after = replace(state, bare=bare, virtual=virtual)
    yield Step(Event(kind, f"{operation} {_WORDS[kind]}"), after)
    escaped = real is not None and _taken(state.real, real)
    if escaped or virtual != bare:
        word = f"the guest has got hold of {escaped}" if escaped else f"the machines differ in {_apart(bare, virtual)}"
        yield Step(Event("escaped" if escaped else "differs", f"{operation}: {word}"), replace(after, lost=True))


_WORDS = {
    "direct": "runs directly, in user mode",
    "emulated": "traps to the monitor, which carries it out on the virtual machine",
    "reflected": "traps to the monitor, which hands the trap to the guest's own kernel",
    "interpreted": "is interpreted by the monitor, as all code of virtual supervisor mode",
}


def _under_monitor(state: Monitored, operation: Operation) -> tuple[str, State, State | None]:
    """How the instruction was executed, the virtual machine after it, and the real one if the monitor saw nothing."""
    virtual = state.virtual
    if state.hybrid and not virtual.user:
        return "interpreted", _MACHINE.execute(operation, virtual).state, None
    direct = _MACHINE.execute(operation, state.real)
    if direct.trap:
        emulated: Outcome[State] = _MACHINE.execute(operation, virtual)
        return "reflected" if emulated.trap else "emulated", emulated.state, None
    real = direct.state
    return "direct", replace(virtual, memory=real.memory[ORIGIN:], counter=real.counter), real


def _taken(before: State, after: State) -> str:
    """Which real resource an instruction changed behind the monitor's back; empty if none."""
    if after.mode is not before.mode:
        return "supervisor mode"
    if (after.base, after.bound) != (before.base, before.bound):
        return f"memory: the real R is ({after.base}, {after.bound})"
    if after.memory[:ORIGIN] != before.memory[:ORIGIN]:
        return "the monitor's words"
    return "the processor or its channel" if (after.halted, after.channel) != (before.halted, before.channel) else ""


def _apart(bare: State, virtual: State) -> str:
    one, two = parts(bare), parts(virtual)
    return "; ".join(f"{name}: {one[name]} on the bare one, {two[name]} under the monitor"
                     for name in one if one[name] != two[name])  # fmt: skip


def parts(state: State) -> dict[str, str]:
    """A state as M, P, R, E[0] and so on."""
    words = {f"E[{n}]": f"{word:#x}" for n, word in enumerate(state.memory)}
    head = {"M": state.mode.value, "P": f"{state.counter}", "R": f"({state.base}, {state.bound})"}
    return {**head, **words, "channel": f"{state.channel:#x}", "halted": "yes" if state.halted else "no"}


def differences(instruction_set: InstructionSet[Operation, State], mnemonic: str, *, hybrid: bool = False) -> int:
    """In how many explored states, in either mode, one such instruction under the monitor ends other than bare."""
    count = 0
    for operation in instruction_set.table[mnemonic]:
        for supervisor in instruction_set.architecture.situations(operation):
            for start in (supervisor, supervisor.enter(Mode.USER)):
                state = Monitored((operation,) * (FIELD + 1), start, start, hybrid)
                count += any(step.state.lost for step in operate(state, None))
    return count
