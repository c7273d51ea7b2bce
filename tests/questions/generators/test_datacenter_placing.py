"""Keys of the questions on servers and energy, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from fractions import Fraction

import pytest

from tests.questions.posing import figures, pose, words_of

SEEDS = range(15)


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
