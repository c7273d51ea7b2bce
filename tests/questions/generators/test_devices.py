"""Keys of chapter 7's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from itertools import pairwise, permutations
from random import Random

import pytest

from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.devices_dma import BLOCKED, CATEGORIES, THROUGH, UNSEEN
from vlearn.questions.model import SingleChoice
from vlearn.render.text import to_text
from vlearn.sim.devices.handshake import ACTORS, shake

SEEDS = range(30)
NAMES = (
    "driver-exits", "count-driver-exits", "ring-run", "which-notify", "which-mistake", "which-grant-refused",
    "order-handshake", "handshake-states", "compare-ways", "where-dma-lands", "judge-dma",
)  # fmt: skip
PAGE = 4096


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def words_of(posed):
    return posed.prompt[0].markdown


def chosen(posed):
    return posed.answer.options[posed.answer.correct].text


def numbered(words):
    return re.findall(r"^\d+\. (.+)\.$", words, re.MULTILINE)


@pytest.mark.parametrize("seed", SEEDS)
def test_only_accesses_to_registers_and_ports_exit(seed):
    for words, exits in pose("driver-exits", seed).answer.rows:
        assert (exits == "yes") == bool(re.search(r"\b(register|port)\b", words))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exits_of_a_driver_are_those_that_its_description_adds_up_to(seed):
    posed = pose("count-driver-exits", seed)
    words = words_of(posed)
    packets = int(re.search(r"sends (\d+) packets", words)[1])
    every = re.search(r"after every (\d)", words)
    stores = -(-packets // (int(every[1]) if every else 1))
    disk = re.search(r"first (\d+) bytes", words)
    total = stores * (4 if "TDH" in words else 3) + (7 if "7 registers" in words else 0)
    assert posed.answer.value == total + (7 + int(disk[1]) // 2 if disk else 0)


def counted(words):
    return int(re.search(r"(\d+) (?:request|response)", words)[1])


INDICES = ("req_prod", "req_cons", "rsp_prod", "rsp_cons")
COLUMN = {"frontend publishes": 0, "backend takes": 1, "backend publishes": 2, "frontend takes": 3}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_indices_of_a_ring_count_what_each_end_has_moved(seed):
    posed = pose("ring-run", seed)
    size = int(re.search(r"ring of (\d) slots", words_of(posed))[1])
    start, *rows = posed.answer.rows
    now = [int(start[2])] * 4
    for words, *cells in rows:
        moved = next(column for ends, column in COLUMN.items() if ends in words)
        now[moved] += counted(words)
        assert cells == [INDICES[moved], str(now[moved] % 2**32), str(size - (now[0] - now[3]))]
        assert now[0] >= now[1] >= now[2] >= now[3] >= now[0] - size


@pytest.mark.parametrize("seed", SEEDS)
def test_a_publication_notifies_if_it_reaches_the_event_index(seed):
    posed = pose("which-notify", seed)
    words = words_of(posed)
    index, event = map(int, re.search(r"stand at (\d+), and `req_event` at (\d+)", words).groups())
    event = index + (event != index)  # it may have wrapped
    published, taken, notified = index, index, set()
    for move in numbered(words):
        if "publishes" in move:
            old, published = published, published + counted(move)
            if old < event <= published:
                notified.add(int(re.search(r"publication (\d)", move)[1]) - 1)
        elif "takes" in move:
            taken += counted(move)
        else:
            assert taken == published
            event = taken + 1
    assert posed.answer.correct == notified


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mistake_is_one_that_does_the_harm_in_the_run(seed):
    posed = pose("which-mistake", seed)
    words, right = words_of(posed), chosen(posed)
    told = "\n".join(numbered(words))
    if "With that, the backend took" in words:
        assert "before it has written it" in right
    elif "overwritten by request" in words and "With that, request" in words:
        assert "one request more" in right
    elif "overwritten" in words:
        assert "as free as soon" in right or "one request more" in right
    elif re.search(r"sets `req_event` to \d+, and sleeps", told):
        assert "does not look at the ring again" in right
    else:
        assert "never wrapped" in right or "after the next one" in right


def test_all_mistakes_come_up():
    seen = Counter(chosen(pose("which-mistake", seed)) for seed in range(60))
    assert len(seen) == 6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_refused_call_is_the_one_that_the_table_does_not_allow(seed):
    posed = pose("which-grant-refused", seed)
    table = {int(row[0]): (row[1], "write" in row[3]) for row in posed.prompt[1].rows}
    mapped, refused = Counter(), []
    for call in numbered(words_of(posed)):
        who, reference = re.match(r"Domain \d", call)[0].lower(), int(re.search(r"reference (\d+)", call)[1])
        if "gives up" in call:
            mapped[reference] -= 1
        elif "ends the access" in call:
            if mapped[reference]:
                refused.append(call)
            else:
                del table[reference]
        else:
            writes = "write" in call or "into" in call
            domain, writable = table.get(reference, ("nobody", False))
            if domain != who or (writes and not writable):
                refused.append(call)
            elif "maps" in call:
                mapped[reference] += 1
    assert refused == [chosen(posed)]


@pytest.mark.parametrize("seed", range(12))
def test_no_other_order_of_a_handshake_is_possible(seed):
    posed = pose("order-handshake", seed)
    items = posed.answer.items

    def follows(order):
        state = posed.replay.start
        for n in order:
            steps = [step for actor in ACTORS for step in shake(state, actor)]
            fits = [step.state for step in steps if step.event.text.lower().startswith(f"{items[n].lower()}: ")]
            if not fits:
                return False
            state = fits[0]
        return True

    short = len(items) <= 6
    possible = [order for order in permutations(range(len(items))) if follows(order)] if short else None
    assert follows(posed.answer.key)
    assert possible in (None, [posed.answer.key])


BECOMES = {
    "writes what it can do": (2, "InitWait"),
    "grants the page": (1, "Initialised"),
    "reads the size": (1, "Connected"),
    "gives the disk up": (1, "Closing"),
    "unmaps the ring": (2, "Closing"),
    "maps the ring": (2, "Connected"),
    "The frontend ends the grant": (1, "Closed"),
    "is done": (2, "Closed"),
    "crashes": (2, "not there"),
    "is started again": (2, "Initialising"),
    "keeps the unanswered": (1, "Initialising"),
    "takes its offer back": (1, "Initialising"),
    "or gone, and ends": (1, "Closed"),
    "nobody wants it": (2, "Closed"),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_each_step_of_a_handshake_changes_one_end_as_its_words_say(seed):
    rows = pose("handshake-states", seed).answer.rows
    for before, row in pairwise(rows):
        end, state = next(becomes for words, becomes in BECOMES.items() if words in row[0])
        assert row[end] == state
        assert row[3 - end] == before[3 - end]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_costs_are_the_arithmetic_of_the_prompt(seed):
    posed = pose("compare-ways", seed)
    packets = int(re.search(r"sends (\d+) packets", words_of(posed))[1])
    batches = -(-packets // int(re.search(r"once for every (\d+)", words_of(posed))[1]))
    assert {row[0]: tuple(map(int, row[1:])) for row in posed.answer.rows} == {
        "emulated card": (3 * packets, packets, packets),
        "split driver": (batches, packets, batches),
        "passthrough": (0, 0, packets),
    }


@pytest.mark.parametrize("seed", range(60))
def test_dma_lands_where_the_table_of_the_function_leads(seed):
    posed = pose("where-dma-lands", seed)
    words = words_of(posed)
    function = re.search(r"has (01:00\.\d) write", words)[1]
    address = int(re.search(r"guest's address `(0x[0-9a-f]+)`", words)[1], 16)
    frames = next(row[2] for row in posed.prompt[1].rows if row[0] == function)
    first, last = (int(frame, 16) for frame in frames.split(" to "))
    if "no IOMMU" in words:
        assert chosen(posed) == f"To `{address:#x}` of the host"
    elif first + address // PAGE > last:
        assert "blocked" in chosen(posed)
    else:
        assert chosen(posed) == f"To `{first * PAGE + address:#x}` of the host"


def verdict(words, table, frames):
    if "register" in words:
        return UNSEEN
    function, (guest, entry) = words[:7], table[words[:7]]
    if "interrupt message" in words:
        return THROUGH if words.split()[-1] == entry else BLOCKED
    address = int(re.search(r"0x[0-9a-f]+", words)[0], 16)
    return THROUGH if guest != "nobody" and address < frames * PAGE and function else BLOCKED


@pytest.mark.parametrize("seed", SEEDS)
def test_the_iommu_judges_by_function_and_never_sees_processors(seed):
    posed = pose("judge-dma", seed)
    table = {row[0]: (row[1], row[3]) for row in posed.prompt[1].rows}
    frames = int(re.search(r"have (\d+) frames", words_of(posed))[1])
    expected = [verdict(item, table, frames) for item in posed.answer.items]
    assert [CATEGORIES[n] for n in posed.answer.key] == expected
    assert set(expected) == set(CATEGORIES)


@pytest.mark.parametrize("name", NAMES)
def test_there_are_a_hundred_variants_and_every_wrong_option_names_a_mistake(name):
    seeds = range(300 if "handshake" in name else 140)
    posed = [pose(name, seed) for seed in seeds]
    assert pose(name, 7) == posed[7]
    assert len({to_text(each.prompt) + repr(each.answer) for each in posed}) >= 100
    for each in posed:
        if isinstance(each.answer, SingleChoice):
            assert len(each.answer.options) >= 4
            assert all(o.feedback for n, o in enumerate(each.answer.options) if n != each.answer.correct)
