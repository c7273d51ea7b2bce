"""Keys of the questions on over-committed memory, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from fractions import Fraction

import pytest

from tests.questions.posing import figures, option, pose, words_of

SEEDS = range(15)


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
