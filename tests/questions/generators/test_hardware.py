"""Keys of the generators on hardware assistance, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from random import Random

import pytest

from vlearn.blocks import Code, Table
from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.hardware_state import CATEGORIES, DESCRIBED, area_of
from vlearn.questions.model import MultipleChoice, SingleChoice, TraceTable
from vlearn.render.text import to_text

SEEDS = range(30)
NAMES = (
    "count-exits", "exits-by-reason", "exits-or-not", "vmx-run", "vmx-last", "locate-state", "cheaper-monitor",
)  # fmt: skip
CONTROL = {
    "hlt": "HLT exiting", "mov cr3": "CR3-load exiting", "mov eax, cr3": "CR3-store exiting",
    "sgdt": "Descriptor-table exiting", "sidt": "Descriptor-table exiting", "sldt": "Descriptor-table exiting",
    "str": "Descriptor-table exiting", "invlpg": "INVLPG exiting", "rdtsc": "RDTSC exiting",
    "in ": "Unconditional I/O exiting", "out": "Unconditional I/O exiting", "wbinvd": "WBINVD exiting",
}  # fmt: skip
NUMBER = {
    "cpuid": 10, "hlt": 12, "invd": 13, "invlpg": 14, "rdtsc": 16, "vmcall": 18, "mov": 28, "in": 30, "out": 30,
    "sgdt": 46, "sidt": 46, "sldt": 47, "str": 47, "wbinvd": 54,
}  # fmt: skip
KERNEL_ONLY = ("hlt", "invd", "invlpg", "mov cr3", "mov eax, cr3", "in ", "out", "wbinvd")
ALWAYS = ("cpuid", "invd", "vmcall")


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def words(posed):
    return to_text(posed.prompt)


def exits(line, text, ring=0):
    """Whether a line exits, by what the question says is on."""
    if ring == 3 and line.startswith(KERNEL_ONLY):
        return False
    if line in ALWAYS:
        return True
    on = re.search(r"On: (.*?)\. Off:", text)[1]
    control = next((control for start, control in CONTROL.items() if line.startswith(start)), None)
    if control is None or control not in on:
        return False
    return not (line == "mov cr3, edi" and "The one CR3-target value is 0x5000" in text)


def executed(posed):
    """Every line of the program that may exit, as often as it is executed."""
    program = next(block.source for block in posed.prompt if isinstance(block, Code))
    lines = [line[8:].strip() for line in program.splitlines()]
    rounds = int(re.search(r"mov esi, (\d)", program)[1])
    end = lines.index("dec esi")
    return [*lines[3:end] * rounds, *lines[end + 2 :]]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exits_are_those_of_the_lines_times_their_rounds(seed):
    posed = pose("count-exits", seed)
    assert posed.answer.value == sum(exits(line, words(posed)) for line in executed(posed)) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exits_by_reason_are_those_of_the_lines(seed):
    posed = pose("exits-by-reason", seed)
    expected = Counter(NUMBER[re.match(r"\w+", line)[0]] for line in executed(posed) if exits(line, words(posed)))
    found = {int(reason.partition(":")[0]): int(times) for reason, times in posed.answer.rows}
    assert {number: times for number, times in found.items() if times} == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_instructions_that_exit_are_those_that_the_rules_name(seed):
    posed = pose("exits-or-not", seed)
    ring = 3 if "in ring 3" in words(posed) else 0
    lines = [option.text.strip("`") for option in posed.answer.options]
    assert posed.answer.correct == {n for n, line in enumerate(lines) if exits(line, words(posed), ring)}


def play(written):
    """How each of the written operations ends, and the launch state of the current VMCS: a second model, of rules."""
    launched, wrong, current, inside = {"A": False, "B": False}, {}, None, False
    for text in written:
        name, _, rest = text.partition(" ")
        said = "ok"
        if text == "VMCALL, executed by the guest":
            said, inside = "exits", False
        elif name == "VMCLEAR":
            launched[rest] = False
            current = None if current == rest else current
        elif name == "VMPTRLD":
            said, current = ("fails 10" if current else "fails", current) if "VMXON" in rest else ("ok", rest)
        elif name == "VMWRITE":
            wrong[current] = {"CR3": "fails 7", "hos": "fails 8", "gue": "entry fails"}[text.partition(" the ")[2][:3]]
        elif name in ("VMLAUNCH", "VMRESUME"):
            if current is None:
                said = "fails"
            elif launched[current] == (name == "VMLAUNCH"):
                said = "fails 4" if name == "VMLAUNCH" else "fails 5"
            else:
                said = wrong.get(current, "enters")
                inside = said == "enters"
                launched[current] |= inside
        yield said, "none" if current is None else "launched" if launched[current] else "clear"
    assert not inside or written[-1].startswith(("VMLAUNCH", "VMRESUME"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_of_vmx_instructions_ends_as_the_rules_say(seed):
    rows = pose("vmx-run", seed).answer.rows
    assert [(said, state) for _, said, state in rows] == [*play([text for text, *_ in rows])]


@pytest.mark.parametrize("seed", range(60))
def test_the_last_vmx_instruction_ends_as_the_rules_say(seed):
    posed = pose("vmx-last", seed)
    written = re.findall(r"^\d\. (.*)$", posed.prompt[0].markdown, re.MULTILINE)
    *_, (said, _) = play(written)
    right = posed.answer.options[posed.answer.correct].text
    number = re.search(r"VMfailValid\((\d)\)", right)
    brief = {"the guest runs": "enters", "VMfailInvalid": "fails"}.get(right, "entry fails")
    assert said == (f"fails {number[1]}" if number else brief)


def test_the_last_vmx_instruction_ends_in_every_way():
    rights = Counter()
    for seed in range(120):
        answer = pose("vmx-last", seed).answer
        rights[answer.options[answer.correct].text] += 1
    assert len(rights) == 7
    assert min(rights.values()) >= 4


@pytest.mark.parametrize("seed", SEEDS)
def test_state_is_put_where_its_owner_and_purpose_say(seed):
    answer = pose("locate-state", seed).answer
    for item, place in zip(answer.items, answer.key, strict=True):
        category = CATEGORIES[place]
        if "monitor" in item:
            assert category == "host-state area"
        if re.search(r"E[A-D]X|E[SD]I|EBP|CR2|x87|DR0", item):
            assert category.startswith("not in the VMCS")
    assert set(answer.key) == set(range(len(CATEGORIES)))


def test_no_description_names_the_area_it_belongs_to():
    for description, name in DESCRIBED.items():
        assert area_of(name) in CATEGORIES
        assert not re.search(r"guest-state|host-state|control field|information|VMCS", description)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cheaper_monitor_is_the_one_with_the_smaller_sum(seed):
    posed = pose("cheaper-monitor", seed)
    rows = next(block for block in posed.prompt if isinstance(block, Table)).rows
    numbers = [[int(cell.replace(",", "")) for cell in row[1:]] for row in rows]
    soft, hard = (sum(row[side] * row[2] for row in numbers) for side in (0, 1))
    right = posed.answer.options[posed.answer.correct].text
    assert right == f"{'VT-x' if hard < soft else 'translation'}, by {abs(soft - hard):,} cycles per second"


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_names_a_mistake(name):
    for seed in SEEDS:
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice):
            assert len(posed.answer.options) == 4
            assert all(o.feedback for n, o in enumerate(posed.answer.options) if n != posed.answer.correct)
        if isinstance(posed.answer, MultipleChoice):
            assert all(option.feedback for option in posed.answer.options)
            assert 2 <= len(posed.answer.correct) <= 4
        if isinstance(posed.answer, TraceTable):
            assert posed.answer.blanks
        assert "None" not in to_text(posed.solution)
