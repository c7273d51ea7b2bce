"""Questions about POPF and PUSHF, whose key is what the processor does."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.trap_and_emulate_scenes import Machine, Scene, draw_scene, numbered, play
from vlearn.questions.model import MultipleChoice, Numeric, Option
from vlearn.questions.replay import Replay
from vlearn.sim.cpu.eflags import CF, IF, IOPL, SF, ZF
from vlearn.trace import run

ASKED = {"CF": CF, "ZF": ZF, "SF": SF, "IF": IF, "IOPL": IOPL}
FIXED = 2
SEEN = IF | IOPL
ON = {
    "bare": "on bare metal, in ring 0",
    "0/1/3": "under pure trap-and-emulate with rings 0/1/3, so in ring 1; the processor's own flags have IF = 1 and"
    " IOPL = 0",
    "translation": "under a binary translator, which translates this code",
}


def popf_changes(rng: Random) -> Posed:
    """Which flags does a POPF change, for a CPL, an IOPL, flags and an image?"""
    while True:
        cpl, level = rng.choice((0, 1, 3)), rng.randrange(4)
        before = FIXED | level << 12 | _some(rng, (CF, ZF, SF, IF))
        image = FIXED | rng.randrange(4) << 12 | _some(rng, (CF, ZF, SF, IF))
        scene = Scene((f"push {image:#x}", "popf"), "bare", before, cpl)
        after = run(play, scene, range(2)).final.begun().guest.eflags
        asks = {name: image & mask != before & mask for name, mask in ASKED.items()}
        changed = {name for name, mask in ASKED.items() if after & mask != before & mask}
        if changed and (asks["IF"] or asks["IOPL"]) and 1 < sum(asks.values()) < len(ASKED):
            break
    options = tuple(Option(name, _why(name, asks[name], cpl, level)) for name in ASKED)
    correct = frozenset(n for n, name in enumerate(ASKED) if name in changed)
    prompt = Text(
        f"In protected mode, at CPL {cpl}, the flags are {in_words(before)}. `popf` takes an image with"
        f" {in_words(image)} from the stack. Which of these does it change?"
    )
    kept = ", ".join(name for name in ASKED if asks[name] and name not in changed)
    rule = f"CPL {cpl} is {'at most' if cpl <= level else 'greater than'} IOPL {level}, so IF {_may(cpl <= level)}."
    solution = Text(
        f"{rule} IOPL {_may(cpl == 0)} at CPL {cpl}. The other flags always take the image's value. Changed:"
        f" {', '.join(name for name in ASKED if name in changed)}."
        + (f" Silently kept, without a trap: {kept}." if kept else "")
    )
    return Posed((prompt,), MultipleChoice(options, correct), (solution,), Replay(play, scene, (0, 1), draw_scene))


def pushf_shows(rng: Random) -> Posed:
    """What do IF and IOPL look like in the image that PUSHF pushes, on bare metal or under a monitor?"""
    machine: Machine = rng.choice(("bare", "0/1/3", "translation"))
    lines: list[str] = []
    while not lines or len(set(lines)) < len(lines) - lines.count("popf") + ("popf" in lines):
        lines = [line for _ in range(rng.choice((2, 3))) for line in _change(rng)]
    code = (*lines, "pushf", "pop eax", f"and eax, {SEEN:#x}")
    interrupts = rng.random() < 0.5
    scene = Scene(code, machine, FIXED | (IF if interrupts else 0))
    replay = Replay(play, scene, tuple(range(len(code))), draw_scene)
    value = replay.trace().final.begun().guest["eax"]
    prompt = (
        Text(
            f"A guest's kernel runs this code {ON[machine]}. It begins with IF = {int(interrupts)} and IOPL = 0. IF is"
            " bit 9 of EFLAGS, IOPL are bits 12 and 13. No interrupt comes. What is in EAX at the end, in hexadecimal?"
        ),
        numbered(code),
    )
    why = {
        "bare": "In ring 0, POPF changes IF and IOPL as the image says; CLI and STI change IF.",
        "0/1/3": "CLI and STI trap and change the virtual IF alone, POPF changes neither IF, and PUSHF pushes the real"
        " flags: IF = 1 and IOPL = 0, whatever came before.",
        "translation": "CLI, STI, POPF and PUSHF are replaced by what acts on the virtual flags, so the image is that"
        " of bare metal.",
    }[machine]
    return Posed(prompt, Numeric(Fraction(value), base=16), (Text(f"{why} EAX is {value:#x}."),), replay)


def in_words(eflags: int) -> str:
    """The flags that are asked about, with their values."""
    single = [f"{name} = {int(bool(eflags & mask))}" for name, mask in ASKED.items() if name != "IOPL"]
    return f"{', '.join(single)} and IOPL = {eflags >> 12 & 3}"


def _some(rng: Random, masks: tuple[int, ...]) -> int:
    return sum(mask for mask in masks if rng.random() < 0.5)


def _change(rng: Random) -> tuple[str, ...]:
    image = FIXED | rng.choice((0, IF)) | rng.choice((0, 0, 1 << 12, 2 << 12, 3 << 12)) | rng.choice((0, CF, ZF))
    ordinary = rng.choice(("inc ebx", "mov ecx, ebx", "add edx, 5", "xor ebx, edx"))
    popf = ((f"push {image:#x}", "popf"), (f"push {image:#x}", ordinary, "popf"))
    return rng.choice((("cli",), ("sti",), (ordinary, "cli"), *popf))


def _may(allowed: bool) -> str:
    return "may change" if allowed else "stays as it is"


def _why(name: str, asked: bool, cpl: int, level: int) -> str:
    if not asked:
        return f"The image has the {name} that holds already."
    if name == "IF":
        return (
            f"IF changes where CPL is at most IOPL, here {cpl} and {level}. It is not ring 3 as such that protects it."
        )
    if name == "IOPL":
        return f"IOPL changes at CPL 0 alone, whatever its value is; this is CPL {cpl}."
    return f"{name} is a result of arithmetic, and nobody's privilege: it always takes the image's value."
