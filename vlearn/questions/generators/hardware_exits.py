"""Questions whose key is how a guest's run exits under drawn controls: how often, for which reasons, and at what."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from vlearn.blocks import Block, Code, Table, Text
from vlearn.questions.generators.hardware_replays import Shown, draw_shown, play_attempt, play_program
from vlearn.questions.generators.hardware_scenes import (
    ALWAYS,
    BY_CONTROL,
    NEVER,
    OTHER,
    TARGET,
    drawn_controls,
    exit_by,
    in_words,
    why,
)
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import MultipleChoice, Numeric, Option, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.monitors.hardware import REASONS, Settings, exits, settings

OTHERWISE = (
    "All other controls that its instructions ask for are off, the exception bitmap is 0, the masks of CR0 and CR4 give"
    " the guest all bits that matter here, and no interrupt comes in."
)
HALT = "HLT exiting"


@dataclass(frozen=True, slots=True)
class Scene:
    """A program with a loop, and the controls it runs under; `named` are the controls that the question names."""

    body: tuple[str, ...]
    tail: tuple[str, ...]
    rounds: int
    chosen: Settings
    named: tuple[str, ...]

    @property
    def source(self) -> str:
        """The program in assembly."""
        lines = (
            f"mov edi, {TARGET:#x}", f"mov ebp, {OTHER:#x}", f"mov esi, {self.rounds}",
            *self.body, "dec esi", "jnz again", *self.tail, "hlt",
        )  # fmt: skip
        labels = {3: "again:"}
        return "\n".join(f"{labels.get(n, ''):8}{line}" for n, line in enumerate(lines))

    @property
    def times(self) -> dict[str, int]:
        """How often each line that matters is executed."""
        return {**dict.fromkeys(self.body, self.rounds), **dict.fromkeys(self.tail, 1), "hlt": 1}


def _scene(rng: Random) -> Scene:
    """A program in which something exits by a control that is on, and something does not exit."""
    while True:
        controls = rng.sample(tuple(BY_CONTROL), 3)
        lines = [rng.choice(BY_CONTROL[name]) for name in controls]
        lines += rng.sample(NEVER, 2) + [rng.choice(ALWAYS)] * rng.choice((0, 1, 1))
        rng.shuffle(lines)
        named = (*controls, HALT)
        chosen = drawn_controls(rng, named)
        split = len(lines) - rng.choice((1, 2))
        scene = Scene(tuple(lines[:split]), tuple(lines[split:]), rng.randrange(2, 6), chosen, tuple(sorted(named)))
        if any(exit_by(line, chosen) for line in lines if line not in ALWAYS):
            return scene


def _replay(scene: Scene) -> Replay[Shown, str]:
    """The guest's run, up to where it has halted."""
    return Replay(play_program, Shown(scene.chosen), (scene.source,), draw_shown)


def _prompt(scene: Scene, asked: str) -> tuple[Block, ...]:
    """The program, the controls, and what is asked."""
    return (
        Text("A guest starts in ring 0 of VMX non-root operation with this program."),
        Code(scene.source),
        Text(f"{in_words(scene.chosen, scene.named)} {OTHERWISE}\n\n{asked}"),
    )


def _solution(scene: Scene) -> tuple[Block, ...]:
    """Every line with how often it is executed, how often it exits, and why."""
    rows = []
    for line, times in scene.times.items():
        made = times if exit_by(line, scene.chosen) else 0
        rows.append((line, str(times), str(made), why(line, scene.chosen)))
    total = sum(int(row[2]) for row in rows)
    rows.append(("together", "", str(total), ""))
    return (Table(("Line", "Executed", "Exits", "Why"), tuple(rows)),)


def count_exits(rng: Random) -> Posed:
    """How many VM exits does the program make until it has halted?"""
    scene = _scene(rng)
    total = sum(exits(scene.source, scene.chosen).values())
    prompt = _prompt(scene, "How many VM exits are there until the guest has halted?")
    return Posed(prompt, Numeric(Fraction(total), unit="VM exits"), _solution(scene), _replay(scene))


def exits_by_reason(rng: Random) -> Posed:
    """How often does each basic exit reason come?"""
    scene = _scene(rng)
    found = exits(scene.source, scene.chosen)
    all_on = exits(scene.source, settings(scene.named))
    numbers = sorted({*found, *all_on})
    rows = tuple((f"{number}: {REASONS[number]}", str(found[number])) for number in numbers)
    blanks = tuple((row, 1) for row in range(len(rows)))
    asked = "How often does each exit reason come until the guest has halted? Fill in 0 where it does not come."
    answer = TraceTable(("Basic exit reason", "Exits"), rows, blanks)
    return Posed(_prompt(scene, asked), answer, _solution(scene), _replay(scene))


def exits_or_not(rng: Random) -> Posed:
    """Which of these instructions, each tried alone in one ring, exit under the drawn controls?"""
    ring = rng.choice((0, 0, 3))
    while True:
        controls = tuple(sorted((*rng.sample(tuple(BY_CONTROL), 3), HALT)))
        chosen = drawn_controls(rng, controls)
        lines = [rng.choice(BY_CONTROL[name]) for name in controls if name != HALT]
        lines += ["hlt", rng.choice((*ALWAYS, "vmcall")), rng.choice(NEVER[:6] if ring else NEVER)]
        if 2 <= sum(exit_by(line, chosen, ring) is not None for line in lines) <= 4:
            break
    rng.shuffle(lines)
    options = tuple(Option(f"`{line}`", why(line, chosen, ring)) for line in lines)
    right = frozenset(n for n, line in enumerate(lines) if exit_by(line, chosen, ring))
    values = f" EDI holds `{TARGET:#x}`, EBP `{OTHER:#x}`." if "CR3-load exiting" in controls else ""
    who = "kernel in ring 0" if ring == 0 else "program in ring 3 (IOPL 0, no ports permitted, no UMIP)"
    prompt = Text(
        f"A guest's {who} of VMX non-root operation tries some instructions, each by itself.{values}"
        f" {in_words(chosen, controls)} {OTHERWISE} Which of them lead to a VM exit? Choose all that apply."
    )
    named = ", ".join(options[n].text for n in sorted(right))
    told = Counter(exit.reason for line in lines if (exit := exit_by(line, chosen, ring)))
    reasons = ", ".join(f"{number} ({REASONS[number]})" for number in sorted(told))
    solution = Text(f"These exit: {named}. Their basic exit reasons: {reasons}.")
    replay = Replay(play_attempt, Shown(chosen, ring), tuple(lines), draw_shown)
    return Posed((prompt,), MultipleChoice(options, right), (solution,), replay)
