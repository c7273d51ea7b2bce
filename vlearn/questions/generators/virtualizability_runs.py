"""Questions whose key is a guest's run under the monitor of the proofs, beside the bare machine."""

from collections.abc import Sequence
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.virtualizability_scenes import (
    FORMAT,
    GUEST,
    MACHINE,
    Instructions,
    Made,
    drawn,
    table,
    verdict,
)
from vlearn.questions.model import SingleChoice, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.virtualizability.monitored import Monitored, guest, operate
from vlearn.trace import run
from vlearn.views.popek_goldberg_monitor import draw_monitored

HEADER = ("Instruction", "Executed", "M", "P", "R")
LONGEST = 10
WORDS_OF = {"direct": "directly", "emulated": "emulated", "reflected": "reflected"}
SHARE_WRONG = 0.75
"""How many of the guests with a hole go wrong by it: never is one option of four."""
NEVER = "never before the guest halts"
SAME = "This one does under the monitor what it does on the bare machine."
LATER = "The two machines differ before it comes to this one."
TRAPS = "A trap stores the PSW in E[0] and loads the one in E[1]."
_KERNEL = ("LOAD {}", "STORE {}", "ADD {}", "SRB {}", "SIO {}")
_PROGRAM = ("LOAD {}", "STORE {}", "ADD {}")
_REFUSED = ("SIO {}", "SRB {}", "HLT {}")


def _code(rng: Random) -> tuple[list[str], int, int]:
    """A kernel that starts a program, the program, and the kernel's handler; with the P of the program and of that."""

    def some(templates: Sequence[str], count: int, addresses: Sequence[int]) -> list[str]:
        return [rng.choice(templates).format(rng.choice(addresses)) for _ in range(count)]

    kernel = [*some(_KERNEL, rng.choice((1, 2)), (2, 3, 4, 5, 7)), "LPSW 6"]
    call = some(_REFUSED, 1, (0, 1, 2)) if rng.random() < 0.3 else ["SVC 0"]
    program = [*some(_PROGRAM, rng.choice((1, 2)), (0, 1, 2)), *call]
    handler = [*some(_KERNEL, 1, (2, 3, 4, 5, 7)), "HLT 0"]
    return kernel + program + handler, len(kernel), len(kernel + program)


def _words(rng: Random, program: int, handler: int) -> dict[int, int]:
    base = rng.choice((2, 3))
    return {1: handler << 8 | 8, 6: 0x1003 | program << 8 | base << 4, **{n: rng.randrange(1, 9) for n in (2, 3, 4, 5)}}


def _setting(code: Sequence[str], words: dict[int, int], instructions: Instructions) -> tuple[Text, Table]:
    listed = ", ".join(f"{n}: `{text}`" for n, text in enumerate(code))
    held = ", ".join(f"E[{address}] = 0x{word:04X}" for address, word in sorted(words.items()))
    return (
        Text(
            f"{MACHINE} {FORMAT} {TRAPS}\n\nA guest's machine has eight words: {held}, the others are 0. Its code, by"
            f" P, is {listed}. It begins in supervisor mode with P = 0 and R = (0, 8)."
        ),
        table({name: instructions[name] for name in dict.fromkeys(text.split()[0] for text in code)}),
    )


def trace_guest(rng: Random) -> Posed:
    """Fill in a guest's run under the monitor: how each instruction is executed, and the guest's M, P and R after."""
    code, program, handler = _code(rng)
    words = _words(rng, program, handler)
    start = guest(code, GUEST, words)
    replay = Replay(operate, start, tuple(range(LONGEST)), draw_monitored)
    steps, before, rows = replay.trace().steps, start, []
    for step in steps:
        virtual = step.state.virtual
        mode = "user" if virtual.user else "supervisor"
        where = f"({virtual.base}, {virtual.bound})"
        rows.append((str(before.next), WORDS_OF[step.event.kind], mode, str(virtual.counter), where))
        before = step.state
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 3))
    text, shown = _setting(code, words, GUEST)
    prompt = (
        Text(
            f"{text.markdown}\n\nA plain monitor, as in the proof of Theorem 1, runs this guest in real user mode. Fill"
            " in how each instruction is executed: `directly`, `emulated` (it traps, and the monitor carries it out) or"
            " `reflected` (it traps, and the guest's own kernel gets the trap). And fill in P of the guest's virtual"
            " machine after it."
        ),
        shown,
    )
    counts = {word: sum(row[1] == word for row in rows) for word in WORDS_OF.values()}
    solution = (
        Table(HEADER, tuple(rows), "The guest's run; M, P and R of the virtual machine after each instruction."),
        Text(
            f"{counts['directly']} run directly, {counts['emulated']} are emulated, {counts['reflected']} reflected. A"
            " trap is reflected where the bare machine would trap as well: in virtual user mode, or at a supervisor"
            " call."
        ),
    )
    return Posed(prompt, TraceTable(HEADER, tuple(rows), blanks), solution, replay)


def _mistaken_guest(rng: Random) -> tuple[list[str], dict[int, int], dict[str, Made], str]:
    """Code, words and instructions of a guest with a hole, and the hole as it stands in the code."""
    name = rng.choice(("GRAB", "PEEK", "FLIP", "WARP"))
    made, (code, program, handler) = _hole(rng), _code(rng)
    at = rng.choice([n for n in range(len(code)) if n not in (program - 1, handler - 1, len(code) - 1)])
    code[at] = f"{name} {rng.choice((0, 2))}"
    return code, _words(rng, program, handler), {**GUEST, name: made}, code[at]


def _hole(rng: Random) -> Made:
    while not verdict(made := drawn(rng)).holes:
        pass
    return made


def first_difference(rng: Random) -> Posed:
    """After which instruction does a guest under a plain monitor differ from the bare machine, if at all?"""
    goes_wrong = rng.random() < SHARE_WRONG
    while True:
        code, words, instructions, hole = _mistaken_guest(rng)
        start = guest(code, instructions, words)
        replay = Replay(operate, start, tuple(range(LONGEST)), draw_monitored)
        trace, executed = replay.trace(), _executed(start, replay)
        ended = trace.final.lost if goes_wrong else trace.final.bare.halted and not trace.final.lost
        if ended and len(executed) > 2 and len(set(executed)) == len(executed):
            break
    right = f"after `{executed[-1]}`" if goes_wrong else NEVER
    wrong = [
        (f"after `{hole}`", "In the mode and with the words that the guest has there, it makes no difference."),
        (NEVER, f"`{hole}` is sensitive and does not trap, and here that matters."),
        *((f"after `{text}`", SAME if text in executed else LATER) for text in code),
    ]
    options, correct = distractors(rng, right, [pair for pair in wrong if pair[0] != right], 3)
    text, shown = _setting(code, words, instructions)
    prompt = (
        Text(
            f"{text.markdown}\n\nThe guest runs once on the bare machine, and once under a plain monitor, as in the"
            " proof of Theorem 1, in real user mode, relocated by 8. When do the virtual machine and the bare one first"
            " differ?"
        ),
        shown,
    )
    told = Text("\n".join(f"- {step.event.text}" for step in trace.steps))
    return Posed(prompt, SingleChoice(options, correct), (told,), replay)


def _executed(start: Monitored, replay: Replay[Monitored, int]) -> list[str]:
    """The instructions in the order of execution."""
    texts, before = [], start
    for action in replay.actions:
        steps = run(operate, before, [action]).steps
        if not steps:
            break
        texts.append(str(before.next))
        before = steps[-1].state
    return texts
