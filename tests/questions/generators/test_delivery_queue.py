"""Keys of chapter 13's generators, recomputed: runs of one group, merge queues and bisection."""

import re

import pytest

from tests.questions.posing import figures, pose, said, source

SEEDS = range(10)


def fates(moments, lasts, cancels):
    """Begin and end of each run, one minute after the other."""
    begun, over, running, waiting = {}, {}, None, None
    for now in range(max(moments) + 3 * lasts):
        if running is not None and begun[running] + lasts == now:
            over[running], running = str(now), None
            if waiting is not None:
                begun[waiting] = now
                running, waiting = waiting, None
        if now in moments:
            push = moments.index(now)
            if running is not None and cancels:
                over[running], running = "cancelled", None
            if running is None:
                running, begun[push] = push, now
            else:
                if waiting is not None:
                    over[waiting] = "cancelled"
                waiting = push
    return [(str(begun.get(n, "-")), over[n]) for n in range(len(moments))]


@pytest.mark.parametrize("seed", range(14))
def test_runs_of_one_group_do_not_overlap(seed):
    posed = pose("overlapping-runs", seed)
    lasts = int(re.search(r"takes (\d+) minutes", said(posed))[1])
    moments = [int(row[1]) for row in posed.answer.rows]
    assert [row[2:] for row in posed.answer.rows] == fates(moments, lasts, "progress: true" in source(posed))


def runs_of(batch, merged, bad):
    """How many runs a batch takes, and what is merged after it; `bad` says whether a set of changes is red."""
    if not bad(merged | set(batch)):
        return 1, merged | set(batch)
    if len(batch) == 1:
        return 1, merged
    half = len(batch) // 2
    first, merged = runs_of(batch[:half], merged, bad)
    second, merged = runs_of(batch[half:], merged, bad)
    return 1 + first + second, merged


@pytest.mark.parametrize("seed", range(14))
def test_a_queue_halves_its_red_batches(seed):
    posed = pose("runs-of-queue", seed)
    words = posed.prompt[0].markdown
    count, one, other, most = map(int, figures(r"1 to (\d+) wait.*changes (\d+) and (\d+).*up to (\d+) changes", words))
    need = 2 if "clash" in words else 1
    total, merged = 0, set()
    for begin in range(1, count + 1, most):
        batch = list(range(begin, min(begin + most, count + 1)))
        more, merged = runs_of(batch, merged, lambda found: len(found & {one, other}) >= need)
        total += more
    assert posed.answer.value == total


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_by_halving_goes_by_the_printed_results(seed):
    posed = pose("steps-of-bisection", seed)
    good, bad = map(int, figures(r"green at commit (\d+) and is red at commit (\d+)", posed.prompt[0].markdown))
    for _, tested, result in posed.answer.rows[:-1]:
        assert int(tested) * 2 == good + bad
        good, bad = (int(tested), bad) if result == "green" else (good, int(tested))
    assert bad - good == 1
    assert posed.answer.rows[-1][1] == str(bad)
