"""The classifier: it executes every instruction in every situation and its twins, and keeps the first proof of each.

The definitions are the paper's, with one reading that its words leave to the reader. An instruction that traps changes
the mode and R too, since the trap loads a new PSW; this is the trap's doing, which a monitor sees, so a trap of any
kind is no proof of control sensitivity. Else a supervisor call, which traps in both modes, would break Theorem 1.
In a pair that proves behaviour sensitivity neither traps, and both keep the mode and the resources they started with;
so an instruction that always traps in user mode cannot be mode sensitive, whatever it stores in supervisor mode.

The classes are those of the situations explored. A witness proves its claim for good; that there is none is a proof
only if the architecture's situations are all the states that it has.
"""

from typing import Generic

from vlearn.errors import ModelError
from vlearn.sim.virtualizability.definitions import Architecture, I, InstructionSet, Mode, S
from vlearn.sim.virtualizability.theorems import Classification
from vlearn.sim.virtualizability.verdict import Claim, Run, Verdict, Witness, merged


def classify(instruction_set: InstructionSet[I, S]) -> Classification[I, S]:
    """Every instruction of the set. Raises ModelError where executing one twice from one state gives two results."""
    architecture = instruction_set.architecture
    verdicts = tuple(
        classify_instruction(architecture, name, instructions) for name, instructions in instruction_set.table.items()
    )
    return Classification(architecture, verdicts)


def classify_instruction(architecture: Architecture[I, S], name: str, instructions: tuple[I, ...]) -> Verdict[I, S]:
    """One mnemonic, with all operands that it is to be tried with."""
    verdict = merged(name, [_Search(architecture, instruction).verdict() for instruction in instructions])
    for witness in verdict.witnesses:
        _check(architecture, witness)
    return verdict


def _check(architecture: Architecture[I, S], witness: Witness[I, S]) -> None:
    if proves(architecture, witness):
        return
    search = _Search(architecture, witness.instruction)
    if any(search.run(run.before) != run for run in witness.runs):
        raise ModelError(
            f"{witness.instruction} did not do the same when it was executed again in the same state: an instruction's"
            " effect must depend on the state alone"
        )
    raise ModelError(
        f"{architecture.name} gives states as twins that a program can tell apart, or that differ in more than they"
        f" should: {witness.instruction} was taken for {witness.claim.value} by them"
    )


def proves(architecture: Architecture[I, S], witness: Witness[I, S]) -> bool:
    """Whether the witness holds when everything is executed again: the states are twins, and the claim is true."""
    search = _Search(architecture, witness.instruction)
    again = tuple(search.run(run.before) for run in witness.runs)
    if again != witness.runs:
        return False
    if witness.claim is Claim.CONTROL:
        return len(again) == 1 and search.takes_control(*again)
    first, second = again
    if architecture.visible(first.before) != architecture.visible(second.before):
        return False
    same_mode = architecture.mode(first.before) is architecture.mode(second.before)
    same_place = architecture.resources(first.before) == architecture.resources(second.before)
    differs = {
        Claim.LOCATION: same_mode and not same_place,
        Claim.MODE: same_place and not same_mode,
        Claim.NOT_PRIVILEGED: same_place and not same_mode,
        Claim.BOTH: not same_place and not same_mode,
    }
    if not differs[witness.claim]:
        return False
    return search.refutes(first, second) if witness.claim is Claim.NOT_PRIVILEGED else search.tells(first, second)


class _Search(Generic[I, S]):
    """One instruction on one architecture."""

    def __init__(self, architecture: Architecture[I, S], instruction: I) -> None:
        self.architecture, self.instruction = architecture, instruction

    def verdict(self) -> Verdict[I, S]:
        """The verdict on this instruction alone."""
        states = pairs = 0
        found: dict[str, Witness[I, S]] = {}

        def note(field: str, claim: Claim, *runs: Run[S]) -> None:
            found.setdefault(field, Witness(claim, self.instruction, runs))

        for state in self.architecture.situations(self.instruction):
            states += 2
            supervisor, user = self.run(state), self.run(self.architecture.other_mode(state))
            if not supervisor.outcome.memory_trap and not user.outcome.memory_trap:
                pairs += 1
            if self.refutes(supervisor, user):
                note("not_privileged", Claim.NOT_PRIVILEGED, supervisor, user)
            if self.tells(supervisor, user):
                note("mode", Claim.MODE, supervisor, user)
            known = bool(found.keys() & {"location", "mode"})
            for one in (supervisor, user):
                prefixes = ("", "user_") if one is user else ("",)
                if self.takes_control(one):
                    for prefix in prefixes:
                        note(f"{prefix}control", Claim.CONTROL, one)
                for twin in map(self.run, self.architecture.moved(one.before)):
                    if self.tells(one, twin):
                        for prefix in prefixes:
                            note(f"{prefix}location", Claim.LOCATION, one, twin)
                    if one is user and not known and self.tells(supervisor, twin):
                        note("both", Claim.BOTH, supervisor, twin)
        return Verdict(
            f"{self.instruction}",
            (self.instruction,),
            states,
            pairs,
            found.get("not_privileged"),
            found.get("control"),
            found.get("location"),
            found.get("mode"),
            found.get("both"),
            found.get("user_control"),
            found.get("user_location"),
        )

    def run(self, state: S) -> Run[S]:
        return Run(state, self.architecture.execute(self.instruction, state))

    def mode(self, run: Run[S]) -> Mode:
        return self.architecture.mode(run.before)

    def refutes(self, one: Run[S], two: Run[S]) -> bool:
        """Whether a pair of modes, without a memory trap, shows that the instruction is not privileged."""
        supervisor, user = (one, two) if self.mode(one) is Mode.SUPERVISOR else (two, one)
        if supervisor.outcome.memory_trap or user.outcome.memory_trap:
            return False
        return bool(supervisor.outcome.trap) or not user.outcome.trap

    def takes_control(self, run: Run[S]) -> bool:
        """Whether it changes mode or resources, other than by a trap."""
        return not run.outcome.trap and not self._keeps(run)

    def tells(self, one: Run[S], two: Run[S]) -> bool:
        """Whether a program that starts from these twins sees from the result in which of them it is.

        As in the paper, both results keep the mode and the resources that their states had; so neither is a trap.
        """
        if one.outcome.trap or two.outcome.trap:
            return False
        seen, other = (self.architecture.visible(run.outcome.state) for run in (one, two))
        return seen != other and self._keeps(one) and self._keeps(two)

    def _keeps(self, run: Run[S]) -> bool:
        before, after = run.before, run.outcome.state
        same_mode = self.architecture.mode(before) is self.architecture.mode(after)
        return same_mode and self.architecture.resources(before) == self.architecture.resources(after)
