"""Keys of chapter 4's generators, recomputed by rules of this file from what the prompt prints."""

import re
from random import Random

import pytest

from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.trap_and_emulate_runs import NEVER, READS
from vlearn.questions.model import SingleChoice

SEEDS = range(25)
COUNTS = ("translation", "look-up", "chained")


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **parameters)


def lines_of(posed):
    return [line.split(None, 1)[1] for line in posed.prompt[1].source.splitlines()]


def departs(lines, flag):
    """The first line that differs, by rule: IF as the guest has it against the real one, which is 1."""
    pushed = None
    for number, line in enumerate(lines, 1):
        if line in READS or (line == "pushf" and not flag):
            return number
        if line == "popf" and (0x200 if pushed == "flags" and flag else pushed if pushed != "flags" else 0) & 0x200 != (
            0x200 * flag
        ):
            return number
        if line == "pushf":
            pushed = "flags"
        elif line.startswith("push 0x"):
            pushed = int(line.split()[1], 16)
        flag = {"cli": 0, "sti": 1}.get(line, flag)
    return None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_guest_departs_where_the_rules_say(seed):
    posed = pose("first-departure", seed)
    flag = int(re.search(r"at first \(IF = (\d)\)", posed.prompt[0].markdown)[1])
    found = departs(lines_of(posed), flag)
    said = posed.answer.options[posed.answer.correct].text
    assert said == (NEVER if found is None else f"after line {found}, `{lines_of(posed)[found - 1]}`")


@pytest.mark.parametrize("seed", SEEDS)
def test_popf_changes_what_the_level_allows(seed):
    posed = pose("popf-changes", seed)
    text = posed.prompt[0].markdown
    cpl = int(re.search(r"CPL (\d)", text)[1])
    before, image = (dict(re.findall(r"(\w+) = (\d)", part)) for part in text.split("takes an image"))
    differ = {name for name in before if before[name] != image[name]}
    if cpl > int(before["IOPL"]):
        differ.discard("IF")
    if cpl:
        differ.discard("IOPL")
    assert {posed.answer.options[n].text for n in posed.answer.correct} == differ


@pytest.mark.parametrize("seed", SEEDS)
def test_pushf_shows_the_real_flags_under_trap_and_emulate_and_the_guests_own_elsewhere(seed):
    posed = pose("pushf-shows", seed)
    text, value, image = posed.prompt[0].markdown, 0, 0
    value = 0x200 * int(re.search(r"IF = (\d) and IOPL = 0\. IF is", text)[1])
    for line in lines_of(posed):
        if line.startswith("push 0x"):
            image = int(line.split()[1], 16)
        elif line == "popf":
            value = image & 0x3200
        elif line in ("cli", "sti"):
            value = value & ~0x200 | 0x200 * (line == "sti")
    assert posed.answer.value == (0x200 if "trap-and-emulate" in text else value)


KINDS = {
    "Copied as it is": {"add", "cmp", "pop", "xor", "inc", "test", "shl"},
    "A few instructions inline": {"cli", "pushf", "smsw", "str", "sgdt"},
    "A call-out to the monitor": {"sti", "popf", "hlt", "lidt", "out", "in", "invlpg"},
    "A jump to a new target": {"jnz", "jmp", "call", "ret", "jz", "loop"},
}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_unit_is_translated_by_these_rules(seed):
    answer = pose("translate-block", seed).answer
    for item, key in zip(answer.items, answer.key, strict=True):
        name, category = item.strip("`").split()[0], answer.categories[key]
        named = {kind for kind, names in KINDS.items() if name in names}
        assert not named or named == {category}, item
        if "cr3, eax" in item or "ds, ecx" in item:
            assert category == "A call-out to the monitor"
    assert {answer.categories[key] for key in answer.key} == KINDS.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_loops_are_counted_by_these_formulas(seed):
    posed = {count: pose("count-translations", seed, count=count) for count in COUNTS}
    code = lines_of(posed["look-up"])
    rounds = int(re.search(r"mov ecx, (\d+)", code[0])[1])
    found = tuple(int(posed[count].answer.value) for count in COUNTS)
    if "again: call work" in code:
        assert found == (5, rounds + 5, 2 * rounds - 4)
    elif "again" in code[1]:
        assert found == (3, 4, rounds - 3)
    else:
        assert found[0] in (4, 5)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_wrong_option_names_a_mistake(seed):
    answer = pose("first-departure", seed).answer
    assert isinstance(answer, SingleChoice)
    assert len(answer.options) == 4
    assert all(option.feedback for option in answer.options)
    assert all(option.feedback for option in pose("popf-changes", seed).answer.options)


def test_some_guests_never_depart():
    never = sum(option == NEVER for option in (_right(seed) for seed in range(100)))
    assert 10 < never < 40


def _right(seed):
    answer = pose("first-departure", seed).answer
    return answer.options[answer.correct].text
