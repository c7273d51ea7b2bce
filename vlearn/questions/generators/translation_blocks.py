"""Questions about binary translation: how each instruction of a unit is treated, how often the monitor is asked."""

from fractions import Fraction
from random import Random
from typing import Literal

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.trap_and_emulate_scenes import Scene, draw_scene, numbered, play, run_scene
from vlearn.questions.model import Classification, Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.cpu import assemble, parse_instruction
from vlearn.sim.monitors.translation import Rule, Treatment, rule_for

CATEGORIES = {
    Treatment.IDENT: "Copied as it is",
    Treatment.INLINE: "A few instructions inline",
    Treatment.CALL_OUT: "A call-out to the monitor",
    Treatment.DIRECT: "A jump to a new target",
}
IDENT = ("add eax, ebx", "mov ecx, [edx]", "cmp eax, 7", "push eax", "pop ebx", "xor edx, edx", "inc dword [esi]",
         "test eax, ebx", "shl ecx, 2", "mov [edi], eax")  # fmt: skip
INLINE = ("cli", "pushf", "mov eax, cr0", "mov ecx, cr3", "push cs", "mov edx, cs", "smsw eax", "str ecx",
          "sgdt [edi]")  # fmt: skip
CALL_OUT = ("sti", "popf", "mov cr3, eax", "mov cr4, ecx", "hlt", "lidt [esi]", "out 0x60, al", "in al, 0x60",
            "mov ds, ecx", "invlpg [eax]")  # fmt: skip
JUMPS = ("jnz next", "jmp next", "call next", "ret", "jz next", "loop next", "jmp eax")
BODIES = ("add eax, ebx", "inc edx", "xor ebx, edx", "cli", "mov [0xd000], eax", "mov esi, eax", "sub eax, 3")
Count = Literal["translation", "look-up", "chained"]
WORDS = {
    "translation": ("How many units are translated?", "units"),
    "look-up": ("How many look-ups does the dispatcher make?", "look-ups"),
    "chained": ("How many jumps are taken along a patched exit, without the monitor?", "jumps"),
}
RULES = (
    "A unit begins wherever control arrives, and goes on to the next jump, call or return, which belongs to it; so the"
    " code behind a label may be in two units. When control arrives where no patched exit led, the dispatcher looks the"
    " unit up, and it is translated if it is not in the cache. Each way out of a direct jump or call (a conditional"
    " jump has two) is patched when it is first taken, right after the look-up. A `ret` is looked up each time. HLT is"
    " a call-out, and ends no unit."
)


def category(text: str) -> str:
    """How an instruction is translated, in the words of the question."""
    found = _rule(text).treatment
    return CATEGORIES[Treatment.DIRECT if found is Treatment.INDIRECT else found]


def _rule(text: str) -> Rule:
    return rule_for(parse_instruction(text, symbols={"next": 0}).form)


def translate_block(rng: Random) -> Posed:
    """How is each instruction of a random unit translated?"""
    lines = [*rng.sample(IDENT, 2), *rng.sample(INLINE, 2), *rng.sample(CALL_OUT, 2)]
    rng.shuffle(lines)
    code = (*lines, rng.choice(JUMPS))
    names = tuple(CATEGORIES.values())
    key = tuple(names.index(category(line)) for line in code)
    prompt = (
        Text(
            "A binary translator like that of Adams and Agesen (2006) translates this unit of a guest's kernel. It"
            " keeps the virtual processor's state in memory. It emulates an instruction inline if that takes a few"
            " instructions that read or clear some of that state, and nothing else can follow, such as an interrupt"
            " that is due, other tables or a wait. How is each instruction translated?"
        ),
        numbered(code),
    )
    whys = (f"- `{line}`: {_rule(line).reason}" for line in code)
    scene = Scene(("start: " + code[0], *code[1:], "next: hlt"), "translation")
    replay = Replay(play, scene, (0,), draw_scene)
    return Posed(
        prompt, Classification(names, tuple(f"`{line}`" for line in code), key), (Text("\n".join(whys)),), replay
    )


def count_translations(rng: Random, count: Count) -> Posed:
    """How many translations, look-ups or chained jumps does a random loop take?"""
    code = rng.choice((_plain_loop, _loop_with_call, _nested_loops))(rng)
    scene = Scene(code, "translation")
    asked, unit = WORDS[count]
    ran = run_scene(scene)
    vm = ran.final
    steps = vm.guest.tsc + 1
    replay = Replay(play, scene, tuple(range(steps)), draw_scene)
    prompt = (
        Text(f"This kernel code runs under binary translation, from line 1, with an empty cache. {RULES}\n\n{asked}"),
        numbered(code),
    )
    counts = {kind: vm.counts.get(kind, 0) for kind in WORDS}
    units = ", ".join(map(str, sorted(_line(code, made.key.eip) for made in vm.monitor.cache.units.values())))
    solution = Text(
        f"Units begin at the lines {units}: {counts['translation']} translations. The dispatcher makes"
        f" {counts['look-up']} look-ups: one at the start, one whenever a direct way out is first taken, and one for"
        f" each return. {counts['chained']} jumps are taken along patched exits."
    )
    return Posed(prompt, Numeric(Fraction(counts[count]), unit=unit), (solution,), replay)


def _line(code: tuple[str, ...], eip: int) -> int:
    """The number of the line whose instruction is at an address."""
    return sorted(assemble("\n".join(code)).code).index(eip) + 1


def _body(rng: Random, least: int = 1, most: int = 3) -> list[str]:
    return rng.sample(BODIES, rng.randint(least, most))


def _plain_loop(rng: Random) -> tuple[str, ...]:
    first, *rest = _body(rng)
    return (f"mov ecx, {rng.randint(3, 40)}", f"again: {first}", *rest, "dec ecx", "jnz again", "hlt")


def _loop_with_call(rng: Random) -> tuple[str, ...]:
    first, *rest = _body(rng, 1, 2)
    start = f"mov ecx, {rng.randint(3, 30)}"
    return (start, "again: call work", "dec ecx", "jnz again", "hlt", f"work: {first}", *rest, "ret")


def _nested_loops(rng: Random) -> tuple[str, ...]:
    first, *rest = _body(rng, 1, 2)
    outer, inner = rng.randint(2, 8), rng.randint(2, 8)
    return (f"mov ecx, {outer}", f"outer: mov edi, {inner}", f"inner: {first}", *rest, "dec edi", "jnz inner",
            "dec ecx", "jnz outer", "hlt")  # fmt: skip
