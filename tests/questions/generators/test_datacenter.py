"""Keys of chapter 1's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.datacenter_crashes import CATEGORIES
from vlearn.questions.model import MultipleChoice, SingleChoice
from vlearn.render.text import to_text

SEEDS = range(15)
NAMES = (
    "first-fit-run", "fewest-hosts", "sizing-rules", "energy-of-a-day", "overloaded-periods", "which-to-move",
    "squeezed-memory", "frames-in-use", "which-page-goes", "what-a-crash-takes", "sets-the-spy-sees",
    "secret-from-probes", "when-a-copy-departs", "what-was-forgotten",
)  # fmt: skip


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def words_of(posed):
    return posed.prompt[0].markdown


def figures(pattern, words):
    return [Fraction(text) for text in re.search(pattern, words, re.DOTALL).groups()]


def option(posed):
    return posed.answer.options[posed.answer.correct].text


def chosen(posed):
    return {posed.answer.options[n].text for n in posed.answer.correct}


def capacity(words):
    """What a host may give: cores and GiB, less what stays free."""
    cores, memory = figures(r"a host has (\d+) cores and (\d+) GiB", words)
    free = re.search(r"(\d+)% of its cores", words)
    share = 1 - Fraction(int(free[1]), 100) if free else 1
    return cores * share, memory * share


@pytest.mark.parametrize("seed", SEEDS)
def test_each_machine_goes_to_the_first_host_with_room(seed):
    posed = pose("first-fit-run", seed)
    cores, memory = capacity(words_of(posed))
    room = []
    for _, c, m, host in posed.answer.rows:
        c, m = int(c), int(m)
        fits = [n for n, (free_c, free_m) in enumerate(room) if c <= free_c and m <= free_m]
        if not fits:
            room.append((cores, memory))
        n = fits[0] if fits else len(room) - 1
        room[n] = (room[n][0] - c, room[n][1] - m)
        assert host == str(n + 1)
    assert {column for _, column in posed.answer.blanks} == {3}


def fits(demands, capacity, hosts):
    """Whether so many hosts can carry the demands: by search, the largest first."""
    room = [capacity] * hosts

    def place(left):
        if not left:
            return True
        for n in range(hosts):
            if room[n] in room[:n]:
                continue
            before = room[n]
            after = tuple(free - wanted for free, wanted in zip(before, left[0], strict=True))
            if min(after) >= 0:
                room[n] = after
                if place(left[1:]):
                    return True
                room[n] = before
        return False

    return place(sorted(demands, reverse=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fewest_hosts_can_carry_all_and_one_less_cannot(seed):
    posed = pose("fewest-hosts", seed)
    demands = [(int(c), int(m)) for _, c, m in posed.prompt[1].rows]
    hosts = int(posed.answer.value)
    assert fits(demands, capacity(words_of(posed)), hosts)
    assert not fits(demands, capacity(words_of(posed)), hosts - 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_rule_needs_the_hosts_that_a_search_finds(seed):
    posed = pose("sizing-rules", seed)
    (cores,) = figures(r"hosts have (\d+) cores", words_of(posed))
    rows = [tuple(map(int, row[1:])) for row in posed.prompt[1].rows]
    sized = [[(max(row),) for row in rows], rows, [(Fraction(sum(row), 4),) for row in rows]]
    for demands, (_, hosts) in zip(sized, posed.answer.rows, strict=True):
        full = (cores,) * len(demands[0])
        assert fits(demands, full, int(hosts))
        assert not fits(demands, full, int(hosts) - 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_energy_is_idle_power_of_what_is_on_and_the_work(seed):
    posed = pose("energy-of-a-day", seed)
    words = words_of(posed)
    count, cores, idle, busy = figures(r"(\d+) servers .* have (\d+) cores.* draws (\d+) W .* and (\d+) W", words)
    on = len(re.search(r"move together: (.*?)\. The other", words)[1].split(";"))
    work = sum(int(half) * 12 for row in posed.prompt[1].rows for half in row[1:]) * (busy - idle) / cores
    before, after = (servers * idle * 24 + work for servers in (count, on))
    wanted = before if "**before**" in words else after if "**after**" in words else before - after
    assert posed.answer.value == wanted / 1000
    assert posed.answer.unit == "kWh"


def test_before_after_and_what_is_saved_are_asked_about():
    asked = Counter(words_of(pose("energy-of-a-day", seed)).rpartition(". ")[2] for seed in range(30))
    assert len(asked) == 3


def sums(posed, without=()):
    header, rows = posed.prompt[1].header, posed.prompt[1].rows
    left = [n for n, name in enumerate(header) if n and name not in without]
    return {row[0]: sum(int(row[n]) for n in left) for row in rows}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_host_is_overloaded_where_a_row_exceeds_its_cores(seed):
    posed = pose("overloaded-periods", seed)
    (cores,) = figures(r"a host with (\d+) cores", words_of(posed))
    assert chosen(posed) == {part for part, total in sums(posed).items() if total > cores}


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_workload_that_is_the_key_ends_the_overload(seed):
    posed = pose("which-to-move", seed)
    (cores,) = figures(r"a host with (\d+) cores", words_of(posed))
    assert max(sums(posed).values()) > cores
    enough = [one.text for one in posed.answer.options if max(sums(posed, {one.text}).values()) <= cores]
    assert enough == [option(posed)]


def test_the_workload_to_move_is_often_not_the_one_with_the_largest_peak():
    largest = 0
    for seed in range(60):
        posed = pose("which-to-move", seed)
        header, rows = posed.prompt[1].header, posed.prompt[1].rows
        peaks = {name: max(int(row[n]) for row in rows) for n, name in enumerate(header) if n}
        largest += peaks[option(posed)] == max(peaks.values())
    assert 5 <= largest <= 45


@pytest.mark.parametrize("seed", SEEDS)
def test_sharing_comes_first_then_balloons_then_swapping(seed):
    posed = pose("squeezed-memory", seed)
    host, same = figures(r"host has (\d+) MiB.* for (\d+) MiB of what", words_of(posed))
    touched, used = ([int(row[column]) for row in posed.prompt[1].rows] for column in (2, 3))
    missing = sum(touched) - host
    shared = min(missing, same * (len(touched) - 1))
    ballooned = min(missing - shared, sum(touched) - sum(used))
    found = [Fraction(value) for _, value in posed.answer.rows]
    assert found == [sum(touched), missing, shared, ballooned, missing - shared - ballooned]
    assert missing > 0


def test_memory_that_is_swapped_and_memory_that_is_not_come_up():
    swapped = Counter(pose("squeezed-memory", seed).answer.rows[-1][1] == "0" for seed in range(30))
    assert min(swapped[True], swapped[False]) >= 12


def used_after(rows):
    """Frames after each step: a page is a name and its content, a frame the pages in it."""
    content, shared, written, freed = {}, {}, [], set()
    for _, text, count in rows:
        if write := re.match(r"([AB]) writes (\d+) to its page (\d+)", text):
            page = (write[1], write[3])
            content[page] = write[2]
            shared[page] = page  # a frame of its own
            freed.discard(page)
            written = [other for other in written if other != page] + [page]
        elif free := re.match(r"([AB]) frees its page (\d+)", text):
            freed.add((free[1], free[2]))
        elif balloon := re.match(r"The balloon in ([AB]) is inflated to (\d+) page", text):
            mine = [page for page in written if page[0] == balloon[1]]
            mine.sort(key=lambda page: page not in freed)
            for page in mine[: max(0, len(mine) - (4 - int(balloon[2])))]:
                del shared[page]
        else:
            shared = {page: ("equal", content[page]) for page in shared}
        yield len(set(shared.values())), int(count)


@pytest.mark.parametrize("seed", range(30))
def test_frames_are_counted_as_the_rules_say(seed):
    posed = pose("frames-in-use", seed)
    assert all(ours == key for ours, key in used_after(posed.answer.rows))
    first = next(n for n, row in enumerate(posed.answer.rows) if "shares" in row[1])
    assert min(row for row, _ in posed.answer.blanks) == first


@pytest.mark.parametrize("seed", range(30))
def test_the_host_takes_the_oldest_page_and_the_guest_gives_a_free_or_an_idle_one(seed):
    posed = pose("which-page-goes", seed)
    rows = [row[1].split(", ") for row in posed.prompt[1].rows]
    written, read, freed = rows[0], rows[1], rows[2] if len(rows) > 2 else []
    if "inflates the balloon" not in words_of(posed):
        assert option(posed) == f"Page {written[0]}, to the host's swap file"
    elif freed:
        assert option(posed) == f"Page {freed[0]}, and it is written nowhere"
    else:
        assert option(posed) == f"Page {read[0]}, to the guest's own disk"
    assert len(posed.answer.options) == 4


def fate(rows, words):
    """What becomes of each application: 0 goes on, 1 at risk, 2 stops."""
    places = {name: place for name, *place in rows}
    struck = next(name for name in places if re.search(rf"Now\b.*\b{name}\b", words))
    server, virtual, box = places[struck]
    kernel = {name for name, (s, v, _) in places.items() if (s, v) == (server, virtual)}
    beside = {name for name, place in places.items() if place[0] == server}
    told = words.rpartition("Now ")[2]
    if "touches an address" in told:
        return {struck: 2}
    if "more and more memory" in told:
        within = {struck} if box != "-" else kernel
        return dict.fromkeys(within, 2 if len(within) == 1 else 1)
    return dict.fromkeys(kernel if "bug of the kernel" in told else beside, 2)


@pytest.mark.parametrize("seed", range(30))
def test_what_stands_on_the_part_that_fails_shares_its_end(seed):
    posed = pose("what-a-crash-takes", seed)
    wanted = fate(posed.prompt[1].rows, words_of(posed))
    answer = posed.answer
    assert answer.categories == CATEGORIES
    assert list(answer.key) == [wanted.get(name, 0) for name in answer.items]


def test_every_fault_and_every_end_come_up():
    told, ends = Counter(), Counter()
    for seed in range(120):
        posed = pose("what-a-crash-takes", seed)
        told[words_of(posed).rpartition("Now ")[2].split(" ", 3)[-1][:20]] += 1
        ends.update(set(posed.answer.key))
    assert min(ends[n] for n in range(3)) >= 10
    assert len(told) >= 5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_set_is_slow_if_a_line_of_the_victim_belongs_there(seed):
    posed = pose("sets-the-spy-sees", seed)
    words = words_of(posed)
    (sets, bit), others = (
        figures(r"has (\d+) sets.* The bit is (\d),", words),
        re.search(r"loads lines (.*?)\. No", words),
    )
    lines = [5 if bit else 2, *map(int, re.findall(r"\d+", others[1]))]
    assert chosen(posed) == {f"Set {line % sets}" for line in lines}
    assert len(posed.answer.options) == sets


@pytest.mark.parametrize("seed", range(30))
def test_a_bit_is_what_most_rounds_say_in_which_just_one_set_is_slow(seed):
    posed = pose("secret-from-probes", seed)
    bits = []
    for _, *rounds in posed.prompt[1].rows:
        votes = Counter(("5" in slow) - ("2" in slow) for slow in (text.split(", ") for text in rounds))
        bits.append("x" if votes[1] == votes[-1] else "1" if votes[1] > votes[-1] else "0")
    assert option(posed) == " ".join(bits)
    assert len(posed.answer.options) == 4


PARTS = ("configuration", "disk", "memory", "registers", "devices", "clock")


def begun(words):
    return {part: int(re.search(rf"\b{part} (\d+)", words)[1]) for part in PARTS}


def worked(state, rounds):
    for _ in range(rounds):
        state = {
            "configuration": state["configuration"],
            "registers": state["registers"] + state["configuration"],
            "memory": state["memory"] + state["registers"],
            "devices": state["devices"] + state["memory"],
            "disk": state["disk"] + state["devices"],
            "clock": state["clock"] + 1,
        }
    return state


@pytest.mark.parametrize("seed", SEEDS)
def test_a_copy_departs_where_the_rules_of_the_prompt_lead_it(seed):
    posed = pose("when-a-copy-departs", seed)
    state = begun(words_of(posed))
    told = re.search(r"A copy forgets (.*?): it has 0", words_of(posed))[1]
    copy = {part: 0 if f"the {part}" in told else value for part, value in state.items()}
    answer = posed.answer
    for item, key in zip(answer.items, answer.key, strict=True):
        first = next((n for n in range(10) if worked(state, n)[item] != worked(copy, n)[item]), None)
        told = "never" if first is None else f"after round {first}" if first else "from the start"
        assert answer.categories[key] == told


@pytest.mark.parametrize("seed", SEEDS)
def test_just_one_forgotten_part_explains_what_the_two_machines_hold(seed):
    posed = pose("what-was-forgotten", seed)
    words, (original, copy) = words_of(posed), posed.prompt[2].rows
    state, (rounds,) = begun(words), figures(r"after (\d) rounds? of work", words)
    shown = [dict(zip(PARTS, map(int, row[1:]), strict=True)) for row in (original, copy)]
    assert shown[0] == worked(state, int(rounds))
    explains = [part for part in PARTS if worked({**state, part: 0}, int(rounds)) == shown[1]]
    assert [f"The {part}" for part in explains] == [option(posed)]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_poses_the_same_question_and_seeds_differ(name):
    assert pose(name, 7) == pose(name, 7)
    assert (
        len({(to_text(posed.prompt), repr(posed.answer)) for seed in range(105) for posed in [pose(name, seed)]}) >= 100
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_says_why_and_no_two_are_the_same(name):
    for seed in range(10):
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice | MultipleChoice):
            right = posed.answer.correct if isinstance(posed.answer, MultipleChoice) else {posed.answer.correct}
            assert all(one.feedback for n, one in enumerate(posed.answer.options) if n not in right)
            assert all(a.text != b.text for a, b in combinations(posed.answer.options, 2))
        assert to_text(posed.solution)
