import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.devices.driver_domain import BACKEND, World
from vlearn.sim.devices.driver_domain_run import Ask, Connect, Crash, Fetch, Respond, Restart, Serve, serve_guests
from vlearn.trace import run

GUESTS = (3, 4)
ACTIONS = st.one_of(
    st.builds(Ask, st.sampled_from(GUESTS), st.integers(1, 3), st.booleans()),
    st.sampled_from([Connect(), Serve(), Respond(), Crash(), Restart(), *map(Fetch, GUESTS)]),
)
FINISH = [Restart(), Connect(), *[Serve(), Respond(), *map(Fetch, GUESTS)] * 3]


def world_after(*actions):
    return run(serve_guests, World.of_guests(2), [Connect(), *actions])


def test_requests_of_several_guests_are_done_in_turns():
    trace = world_after(Ask(3, 2), Ask(4, 2), Serve())
    assert trace.final.done == ((3, 1), (4, 1), (3, 2), (4, 2))


def test_a_request_of_one_guest_runs_through_all_parts():
    kinds = world_after(Ask(3, 1), Serve(), Respond(), Fetch(3)).kinds
    assert kinds[kinds.index("publish") - 1 :] == (
        *("granted", "publish", "notify", "send", "upcall", "handle", "take", "mapped", "done", "unmapped"),
        *("answer", "notify", "send", "ask", "sleep", "upcall", "handle", "collect", "ended", "ask", "sleep"),
    )


def test_a_page_that_was_not_granted_is_refused_and_harms_nobody():
    trace = world_after(Ask(3, 1, forged=True), Ask(4, 1), *FINISH)
    assert "grant-refused" in trace.kinds
    assert trace.final.done == ((4, 1),)
    assert [disk.answered for disk in trace.final.disks] == [1, 1]


def test_a_crash_between_doing_and_answering_has_the_request_done_twice():
    trace = world_after(Ask(3, 1), Serve(), Crash(), *FINISH)
    assert trace.final.done == ((3, 1), (3, 1))
    assert trace.final.disks[0].answered == 1


def test_without_its_driver_domain_a_guest_has_no_disk():
    trace = world_after(Crash(), Ask(3))
    assert trace.kinds[-1] == "not-connected"


@settings(deadline=None, max_examples=150)
@given(st.lists(ACTIONS, max_size=16))
def test_whatever_happens_every_request_is_answered_once_the_driver_domain_lives(actions):
    trace = world_after(*actions, *FINISH)
    final = trace.final
    for disk in final.disks:
        assert disk.answered == disk.asked
        assert not disk.unanswered
        assert disk.handshake.connected
        granted = [grant for grant in disk.grants.entries if grant]
        assert len(granted) == 1
        assert granted[0].domain == BACKEND
    for step in trace.steps:
        for disk in step.state.disks:
            assert all(disk.grants.entries[mapping.reference] for mapping in disk.grants.mappings)


def test_guests_have_numbers():
    with pytest.raises(ModelError, match="the guests are 3, 4"):
        run(serve_guests, World.of_guests(2), [Ask(7)])
    with pytest.raises(ModelError, match="1 or more"):
        World.of_guests(0)
    with pytest.raises(ModelError, match="1 request or more"):
        Ask(3, 0)
