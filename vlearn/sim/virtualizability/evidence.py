"""The classifier's work as a run: one instruction after another, each proof that was found, then the verdict.

And the other way about: given states, does what an instruction does in them prove a claim?
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from vlearn.sim.virtualizability.classify import classify_instruction, proves
from vlearn.sim.virtualizability.definitions import InstructionSet
from vlearn.sim.virtualizability.small_machine import Operation, Semantics, instruction_set
from vlearn.sim.virtualizability.theorems import Classification
from vlearn.sim.virtualizability.third_generation import State
from vlearn.sim.virtualizability.verdict import Claim, Run, Verdict, Witness
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Evidence:
    """A machine's instructions, the verdicts so far, and the witness that is looked at."""

    name: str
    table: tuple[tuple[str, Semantics], ...]
    verdicts: tuple[Verdict[Operation, State], ...] = ()
    shown: Witness[Operation, State] | None = None

    @property
    def instruction_set(self) -> InstructionSet[Operation, State]:
        """The machine, for the classifier."""
        return instruction_set(self.name, dict(self.table), guarded=False)

    @property
    def classification(self) -> Classification[Operation, State]:
        """What the verdicts so far come to."""
        return Classification(self.instruction_set.architecture, self.verdicts)


def examine(state: Evidence, mnemonic: str) -> Iterator[Step[Evidence]]:
    """One instruction: an event for each witness, then `classified`."""
    machine = state.instruction_set
    verdict = classify_instruction(machine.architecture, mnemonic, machine.table[mnemonic])
    for witness in verdict.witnesses:
        where = ", in user mode" * (witness in (verdict.user_control, verdict.user_location))
        said = f"{witness.instruction} is {witness.claim.value}{where}"
        yield Step(Event("witness", said), replace(state, shown=witness))
    yield Step(
        Event("classified", f"{mnemonic}: {', '.join(verdict.classes)}{' (user sensitive)' * verdict.user_sensitive}"),
        replace(state, verdicts=(*state.verdicts, verdict), shown=None),
    )


def evidence(name: str, table: Mapping[str, Semantics]) -> Evidence:
    """A machine of which nothing is known yet."""
    return Evidence(name, tuple(table.items()))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """States that are said to prove a claim about one instruction."""

    claim: Claim
    mnemonic: str
    operand: int
    befores: tuple[State, ...]


def judge(state: Evidence, exhibit: Exhibit) -> Iterator[Step[Evidence]]:
    """Execute the instruction in the states; the event is `proved` or `not-proved`."""
    witness = witness_of(state.instruction_set, exhibit)
    good = proves(state.instruction_set.architecture, witness)
    word = "proves" if good else "does not prove"
    said = f"This {word} that {witness.instruction} is {exhibit.claim.value}"
    yield Step(Event("proved" if good else "not-proved", said), replace(state, shown=witness))


def witness_of(machine: InstructionSet[Operation, State], exhibit: Exhibit) -> Witness[Operation, State]:
    """The runs of an exhibit, whatever they prove."""
    operation = next(one for one in machine.table[exhibit.mnemonic] if one.operand == exhibit.operand)
    runs = tuple(Run(before, machine.architecture.execute(operation, before)) for before in exhibit.befores)
    return Witness(exhibit.claim, operation, runs)
