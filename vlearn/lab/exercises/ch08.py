"""The exercises of chapter 8. Every check classifies what a student gave: states, an instruction or a set."""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.lab.exercise import Exercise, Hint
from vlearn.sim.virtualizability import (
    EXTRA,
    FAITHFUL,
    Claim,
    Mode,
    State,
    Verdict,
    classify,
    classify_instruction,
    instruction_set,
    proves,
    third_generation,
)
from vlearn.sim.virtualizability.evidence import Exhibit, witness_of
from vlearn.sim.virtualizability.small_machine import Operation, Semantics
from vlearn.sim.virtualizability.third_generation import WORDS, placed

MACHINE = third_generation(*EXTRA)


def program(*words: int, base: int = 2, mode: Mode = Mode.SUPERVISOR, counter: int = 0) -> State:
    """A state whose program has these words from `base` on, and nothing else in memory but the handler's PSW."""
    memory = placed((0, WORDS, *(0,) * (WORDS - 2)), base, words)
    return State(memory[:WORDS], mode, counter, base, len(words))


def _control_state(answer: Any) -> Hint | None:
    if not isinstance(answer, State):
        return Hint("Give one state, such as `program(0, 0, 0)`.")
    witness = witness_of(MACHINE, Exhibit(Claim.CONTROL, "TRYRB", 1, (answer,)))
    if proves(MACHINE.architecture, witness):
        return None
    if witness.runs[0].outcome.memory_trap:
        return Hint("`TRYRB 1` ends in a memory trap here: the program needs a word 1 within its bound.")
    if answer.user:
        return Hint("In user mode `TRYRB` goes on to the next instruction and changes nothing. Which mode is left?")
    return Hint(
        f"R is ({answer.base}, {answer.bound}) before and after. Put another R into word 1: base and bound are its two"
        " last hexadecimal digits."
    )


def _user_pair(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(one, State) for one in answer)):
        return Hint("Give a pair of states, as in `(program(0, 0, 0), program(1, 1, 1))`.")
    first, second = answer
    if not (first.user and second.user):
        return Hint("Theorem 3 asks about user mode, so both states are in it: `mode=Mode.USER`.")
    witness = witness_of(MACHINE, Exhibit(Claim.LOCATION, "LRA", 2, answer))
    if proves(MACHINE.architecture, witness):
        return None
    if any(run.outcome.memory_trap for run in witness.runs):
        return Hint("`LRA 2` ends in a memory trap: word 2 must be within the bound, in both states.")
    if first.window != second.window or first.counter != second.counter:
        return Hint("The program's words and P must be the same in both, or a difference afterwards proves nothing.")
    return Hint("The two programs lie at the same place. Move one: `base=` says where a program begins.")


def calls_privileged(semantics: Semantics) -> bool:
    """A wrong classifier, to be found out: it calls privileged whatever traps in user mode."""
    operations = instruction_set("a machine", {"it": semantics}).table["it"]
    outcomes = [
        MACHINE.architecture.execute(operation, state.enter(Mode.USER))
        for operation in operations
        for state in MACHINE.architecture.situations(operation)
    ]
    return all(outcome.trap for outcome in outcomes)


def _classified(semantics: Callable[..., Any]) -> Verdict[Operation, State]:
    machine = instruction_set("the paper's machine", {"yours": semantics})
    return classify_instruction(machine.architecture, "yours", machine.table["yours"])


def _bug_hunt(answer: Any) -> Hint | None:
    semantics = FAITHFUL.get(answer) if isinstance(answer, str) else answer
    if not callable(semantics):
        return Hint("Give an instruction: a mnemonic of the paper's machine, or a function of a state and an operand.")
    wrong, right = calls_privileged(semantics), _classified(semantics).privileged
    if wrong != right:
        return None
    if right:
        return Hint("Both call it privileged, and it is. What else may happen to an instruction in supervisor mode?")
    return Hint("Both say that it is not privileged: it does not trap in user mode. Look for one that does.")


def _repair(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give the function itself: `lab.check(..., repair)`, without calling it.")
    for name, semantics in EXTRA.items():
        repaired = answer(semantics)
        if not callable(repaired):
            return Hint(f"`repair` returns {type(repaired).__name__}. It returns an instruction: a function.")
        machine = instruction_set("the paper's machine", {name: repaired})
        for operation, original in zip(machine.table[name], MACHINE.table[name], strict=True):
            for state in machine.architecture.situations(operation):
                run = machine.architecture.execute
                if run(operation, state) != run(original, state):
                    return Hint(f"In supervisor mode `{name}` no longer does what it did, so kernels would break.")
        verdict = classify_instruction(machine.architecture, name, machine.table[name])
        if verdict.holes:
            return Hint(f"`{name}` is {', '.join(verdict.classes)}, and not privileged still. Who must hear of it?")
    return None


def _hybrid_only(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give one instruction: a function `(state, operand)` that returns the next state.")
    verdict = _classified(answer)
    if not verdict.holes:
        why = "it is privileged" if verdict.privileged else "it is not sensitive"
        return Hint(f"The condition of Theorem 1 still holds: {why}. Classes: {', '.join(verdict.classes)}.")
    if verdict.user_holes:
        return Hint(
            f"It breaks Theorem 3 as well: it is {', '.join(verdict.classes)}, in user mode too. What may it do there?"
        )
    return None


def _own_set(answer: Any) -> Hint | None:
    if not isinstance(answer, Mapping) or not all(isinstance(name, str) for name in answer):
        return Hint("Give a table such as `{'ADD': add, 'EXIT': exit_}`: a name and a function each.")
    found = classify(instruction_set("your machine", answer))
    if len(found.verdicts) < 3:
        return Hint("Three instructions at least, so that there is something to compute with and something to guard.")
    if not set(found.innocuous) - set(found.privileged):
        return Hint("No instruction is innocuous and runs directly, so a monitor of it would do all the work itself.")
    if not set(found.sensitive) & set(found.privileged):
        return Hint("No sensitive instruction is privileged. Guard one: `state.trap() if state.user else ...`.")
    first, _, third = found.theorems
    if third.breakers:
        return Hint(f"Theorem 3 is broken by {', '.join(third.breakers)}, in user mode.")
    return (
        Hint("Theorem 1 holds, so a plain monitor will do. Add an instruction that breaks it.") if first.holds else None
    )


EXERCISES = (
    Exercise("ch08-control-state", "ch08-find-witness",
             "a state in which `TRYRB 1` shows that it is control sensitive", _control_state),
    Exercise("ch08-user-pair", "ch08-find-witness",
             "a pair of states in user mode that proves `LRA 2` to be location sensitive", _user_pair),
    Exercise("ch08-bug-hunt", "ch08-classify-instructions",
             "an instruction, as a mnemonic or a function, on which the wrong classifier and the definition differ",
             _bug_hunt),
    Exercise("ch08-repair", "ch08-apply-theorems",
             "a function `repair(semantics)` that returns the instruction, made privileged", _repair),
    Exercise("ch08-hybrid-only", "ch08-design-instruction-set",
             "a function `(state, operand)`: an instruction that breaks the condition of Theorem 1, but not that of 3",
             _hybrid_only),
    Exercise("ch08-own-set", "ch08-design-instruction-set",
             "a table of three or more instructions of your own, for which Theorem 3 promises a monitor and Theorem 1"
             " does not", _own_set),
)  # fmt: skip
