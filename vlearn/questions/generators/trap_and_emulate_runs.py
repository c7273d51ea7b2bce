"""A question whose key is the first difference between a guest on bare metal and under trap-and-emulate."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.trap_and_emulate_scenes import Scene, draw_scene, numbered, play, run_scene
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.monitors.compare import Difference, first_difference

TRAPS = ("cli", "sti", "mov ebx, cr0", "mov edx, cr3", "out 0x60, al", "clts", "in al, 0x60")
PLAIN = ("add ebx, 7", "mov ebx, edx", "xor edx, ebx", "inc ecx", "mov [0xd000], ecx", "mov ecx, [0xd004]",
         "mov ecx, ds")  # fmt: skip
READS = {
    "push cs": "the real ring is in the two low bits of CS",
    "mov ecx, cs": "the real ring is in the two low bits of CS",
    "mov edx, ss": "the real ring is in the two low bits of SS",
    "smsw ebx": "it shows the real CR0, with paging on",
    "sgdt [0xd010]": "it stores where the monitor's table is",
    "sidt [0xd010]": "it stores where the monitor's table is",
    "str ecx": "it shows the monitor's selector",
}
FLAGS: tuple[tuple[str, ...], ...] = (
    ("pushf",),
    ("push 0x2", "popf"),
    ("push 0x202", "popf"),
    ("pushf", "popf"),
    ("pushf", "pop eax"),
)
NEVER = "after no line: they never differ"
UNHARMED = "What is sensitive here finds the value that it would find anyway."
SHARE_NEVER = 0.22


def first_departure(rng: Random) -> Posed:
    """After which line does a guest under trap-and-emulate first differ from bare metal, if after any?"""
    never = rng.random() < SHARE_NEVER
    while True:
        code, rings = _code(rng), rng.choice(("0/1/3", "0/3"))
        enabled = rng.random() < 0.5
        scene = Scene((*code, "hlt"), "0/1/3" if rings == "0/1/3" else "0/3", 2 | (IF if enabled else 0))
        found = departure(scene)
        sensitive = sum(line in READS or line in ("popf", "pushf") for line in code)
        if sensitive > 1 and len(set(code)) == len(code) and (found is None) == never:
            break
    right = NEVER if found is None else _option(code, found.retired)
    feedback = "Here the two differ for the first time." if found else UNHARMED
    options, correct = distractors(rng, right, _mistakes(rng, code, found), 3, feedback)
    kernel = "1" if rings == "0/1/3" else "3"
    prompt = (
        Text(
            f"A guest's kernel runs this code from line 1, once on bare metal in ring 0, and once under pure"
            f" trap-and-emulate with ring compression {rings}, so in ring {kernel}, with IOPL 0 and without UMIP."
            f" Interrupts are {'enabled' if enabled else 'disabled'} for the guest at first (IF = {int(enabled)});"
            " the processor's own IF is 1 under the monitor, whose tables lie elsewhere than the guest's, and which"
            " emulates what traps, rightly. No interrupt comes.\n\nCompare what belongs to the guest: registers,"
            " memory, and the flags that it ought to have. After which line do they first differ?"
        ),
        numbered(code),
    )
    replay = Replay(play, scene, tuple(range(len(code) + 2)), draw_scene)  # to `hlt`, and to its end
    return Posed(prompt, SingleChoice(options, correct), _solution(scene, code, found), replay)


def departure(scene: Scene) -> Difference | None:
    """Where the guest of a scene first departs from bare metal."""
    return first_difference(run_scene(replace(scene, machine="bare", vm=None)), run_scene(replace(scene, vm=None)))


def _code(rng: Random) -> tuple[str, ...]:
    parts: list[tuple[str, ...]] = [(line,) for line in rng.sample(TRAPS, 2)]
    parts += [(line,) for line in rng.sample(PLAIN, 2)]
    parts += [(line,) for line in rng.sample(tuple(READS), rng.choice((0, 1)))]
    parts += rng.sample(FLAGS, rng.choice((1, 2)))
    rng.shuffle(parts)
    return tuple(line for part in parts for line in part)


def _option(code: tuple[str, ...], line: int) -> str:
    return f"after line {line}, `{code[line - 1]}`"


def _mistakes(rng: Random, code: tuple[str, ...], found: Difference | None) -> Iterator[tuple[str, str]]:
    """Wrong lines, each with what would make one choose it; the likeliest kinds first."""
    first = found.retired if found else len(code) + 1
    lines = list(enumerate(code, 1))
    sensitive = [n for n, line in lines if line in READS or line in ("popf", "pushf")]
    before = [(_option(code, n), "It is sensitive and does not trap; but with these flags it makes no difference.")
              for n in sensitive if n < first]  # fmt: skip
    traps = [(_option(code, n), "It traps, and the monitor emulates it. What traps is not the trouble.")
             for n, line in lines if line in TRAPS]  # fmt: skip
    later = [(_option(code, n), "This would give the monitor away too, but they differ before.")
             for n in sensitive if n > first]  # fmt: skip
    plain = [(_option(code, n), "It touches nothing that is virtual.") for n, line in lines if line in PLAIN]
    rng.shuffle(traps)
    never = [(NEVER, "Something here is sensitive, does not trap, and finds another value.")] if found else []
    yield from (*before[:2], *later[:1], *traps[:1], *never, *traps[1:], *plain)


def _solution(scene: Scene, code: tuple[str, ...], found: Difference | None) -> tuple[Text | Code, ...]:
    trapped = ", ".join(f"`{line}`" for line in code if line in TRAPS)
    told = f"{trapped} trap, since CPL is greater than IOPL or the instruction is privileged, and are emulated."
    if found is None:
        return (Text(f"{told} What is sensitive and runs directly finds the IF that the guest has, and asks for no"
                     " change of it. So the two never differ."),)  # fmt: skip
    line = code[found.retired - 1]
    why = READS.get(line) or (
        "it pushes the real flags, whose IF is 1" if line == "pushf" else "it leaves IF as it is, without a trap"
    )
    return (
        Text(f"{told} `{line}` in line {found.retired} runs directly, and {why}. The first difference is {found}."),
    )
