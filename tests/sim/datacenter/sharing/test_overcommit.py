import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.datacenter.sharing import Balloon, Demand, Free, Memory, Share, Touch, overcommit, squeeze
from vlearn.trace import run

FRAMES, PAGES = 4, (4, 3)
ADDRESSES = [(guest, page) for guest, count in enumerate(PAGES) for page in range(count)]
ACTIONS = st.one_of(
    st.builds(lambda at, content: Touch(*at, content), st.sampled_from(ADDRESSES), st.none() | st.integers(0, 2)),
    st.builds(lambda at: Free(*at), st.sampled_from(ADDRESSES)),
    st.just(Share()),
    st.builds(lambda guest, pages: Balloon(guest, pages % PAGES[guest]), st.integers(0, 1), st.integers(0, 3)),
)


def played(*actions, frames=FRAMES, pages=PAGES):
    return run(overcommit, Memory.of(frames, pages), actions)


def test_identical_pages_take_one_frame_until_one_is_written():
    run_ = played(Touch(0, 0, 7), Touch(1, 0, 7), Share(), Touch(1, 0, 8))
    assert run_.kinds == ("backed", "touched", "backed", "touched", "shared", "copy-on-write", "touched")
    assert [len(run_.state_at(moment).used) for moment in (4, 5, 7)] == [2, 1, 2]
    assert run_.state_at(5).saved == 1
    assert (run_.final.page((0, 0)).content, run_.final.page((1, 0)).content) == (7, 8)


def test_the_balloon_takes_the_free_page_where_the_host_would_swap_it_out():
    """The guest knows what it has freed; the host does not, and writes rubbish to its disk."""
    touched = [Touch(0, page, page + 1) for page in range(4)]
    asked = played(*touched, Free(0, 1), Balloon(0, 1), Touch(1, 0, 9))
    assert asked.kinds[-5:] == ("freed", "gave-free-page", "inflated", "backed", "touched")
    assert (asked.final.host_swaps, asked.final.guest_swaps) == (0, 0)
    blind = played(*touched, Free(0, 0), Touch(1, 0, 9))
    assert "freed long since" in blind.steps[-3].event.text
    assert blind.final.host_swaps == 1


def test_a_guest_pays_with_paging_of_its_own_when_the_balloon_takes_pages_in_use():
    touched = [Touch(0, page, page + 1) for page in range(4)]
    run_ = played(*touched, Touch(0, 0), Balloon(0, 1), Touch(0, 1))
    assert run_.kinds[-5:] == ("guest-swap-out", "inflated", "guest-swap-out", "guest-swap-in", "touched")
    assert run_.final.page((0, 1)).content == 2
    assert run_.final.page((0, 2)).where == "guest swap"
    assert (run_.final.host_swaps, run_.final.guest_swaps) == (0, 3)


def test_what_is_swapped_out_comes_back_as_it_was():
    run_ = played(*(Touch(0, page, page + 5) for page in range(4)), Touch(1, 0, 1), Touch(0, 0))
    assert run_.kinds[-6:] == ("host-swap-out", "backed", "touched", "host-swap-out", "host-swap-in", "touched")
    assert run_.final.page((0, 0)).content == 5


@given(st.lists(ACTIONS, max_size=40))
@settings(max_examples=150, deadline=None)
def test_guests_read_what_they_wrote_and_no_frame_is_used_twice(actions):
    memory, written, freed = Memory.of(FRAMES, PAGES), dict.fromkeys(ADDRESSES, 0), set()
    for action in actions:
        trace = run(overcommit, memory, [action])
        memory = trace.final
        assert all(len(step.state.used) <= FRAMES for step in trace.steps)
        if isinstance(action, Touch):
            at = (action.guest, action.page)
            if action.content is not None:
                written[at] = action.content
            elif at in freed:
                written[at] = memory.page(at).content  # anything may be in a page that was freed
            freed.discard(at)
        elif isinstance(action, Free):
            freed.add((action.guest, action.page))
        for at in set(ADDRESSES) - freed:
            assert memory.page(at).content == written[at]
        for guest in memory.guests:
            assert guest.resident <= guest.limit
        for frame in memory.used:
            assert len({memory.page(at).content for at in memory.sharers(frame)}) == 1


MIXES = [  # host, guests, shared, ballooned, swapped
    (65536, [Demand(8192, 6144, 4096, 512)] * 10, 0, 0, 0),
    (65536, [Demand(8192, 6144, 4096, 512)] * 11, 2048, 0, 0),
    (65536, [Demand(8192, 6144, 4096, 512)] * 16, 7680, 25088, 0),
    (65536, [Demand(8192, 8192, 6144, 0)] * 12, 0, 24576, 8192),
    (1024, [], 0, 0, 0),
]


@pytest.mark.parametrize(("host", "guests", "shared", "ballooned", "swapped"), MIXES)
def test_sharing_comes_before_ballooning_and_ballooning_before_swapping(host, guests, shared, ballooned, swapped):
    found = squeeze(host, guests)
    assert (found.shared, found.ballooned, found.swapped) == (shared, ballooned, swapped)
    assert found.fits == (swapped == 0)
    assert found.overcommitment == sum(guest.promised for guest in guests) / host


def test_the_arithmetic_agrees_with_the_steps():
    """Two guests touch 4 pages each, of which 1 is the same in both and 1 is free, on a host of 6 frames."""
    touched = [Touch(guest, page, 9 if page == 0 else 10 * guest + page) for guest in (0, 1) for page in range(4)]
    roomy = played(*touched, Share(), Free(0, 3), Free(1, 3), frames=8, pages=(5, 5)).final
    counted = squeeze(6, [Demand(5, 4, 3, 1)] * 2)
    assert len(roomy.used) == counted.touched - counted.shared
    squeezed = run(overcommit, roomy, [Balloon(0, 2)]).final
    assert len(squeezed.used) == counted.host
    assert (counted.ballooned, counted.swapped, squeezed.host_swaps) == (1, 0, 0)


REFUSED = [
    (lambda: Memory.of(0, (1,)), "a frame or more"),
    (lambda: played(Touch(2, 0)), "no guest 2"),
    (lambda: played(Touch(0, 4)), "no page 4"),
    (lambda: played(Balloon(0, 4)), "holds 0 to 3 pages"),
    (lambda: squeeze(0, []), "1 MiB or more"),
    (lambda: Demand(1, 2, 1), "grow in this order"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
