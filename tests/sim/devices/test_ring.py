import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.devices.ring import WORD, Ring, distance, must_notify

INDEX = st.integers(0, WORD - 1)
NOTIFY = [  # old, new, event, notified
    (3, 5, 4, True),
    (3, 5, 3, False),
    (3, 5, 5, True),
    (3, 5, 6, False),
    (7, 7, 7, False),
    (WORD - 2, 2, WORD - 1, True),
    (WORD - 2, 2, 0, True),
    (WORD - 2, 2, WORD - 2, False),
    (WORD - 2, 2, 3, False),
]


@pytest.mark.parametrize(("old", "new", "event", "notified"), NOTIFY)
def test_a_notification_is_due_when_the_index_reaches_the_event(old, new, event, notified):
    assert must_notify(old, new, event) is notified


@settings(deadline=None)
@given(old=INDEX, moved=st.integers(0, 64), ahead=st.integers(-64, 64))
def test_a_notification_depends_on_distances_alone(old, moved, ahead):
    assert must_notify(old, (old + moved) % WORD, (old + ahead) % WORD) is (0 < ahead <= moved)


@pytest.mark.parametrize("size", [-4, 0, 3, 6, 33])
def test_a_ring_needs_a_power_of_two(size):
    with pytest.raises(ModelError, match="power of two"):
        Ring.empty(size)


@pytest.mark.parametrize("index", [-1, WORD])
def test_an_index_has_32_bits(index):
    with pytest.raises(ModelError, match="32-bit"):
        Ring.empty(4, index)


def test_free_slots_are_counted_across_the_wrap():
    ring = Ring.empty(32, WORD - 6).put_requests(*range(1, 12))
    assert (ring.req_prod_pvt, ring.free) == (5, 21)
    assert distance(WORD - 6, 5) == 11


def test_a_request_is_private_until_it_is_pushed():
    ring = Ring.empty(4).put_requests(1)
    assert ring.waiting_requests == 0
    pushed, notify = ring.push_requests()
    assert pushed.waiting_requests == 1
    assert notify


def test_a_response_takes_the_slot_of_its_request():
    ring, _ = Ring.empty(2).put_requests(1).push_requests()
    ring, (request,) = ring.take_requests()
    ring, _ = ring.put_responses(request.number).push_responses()
    assert [str(slot) for slot in ring.slots] == ["response 1", "None"]
    ring, (response,) = ring.take_responses()
    assert (str(response), ring.free) == ("response 1", 2)


def test_a_backend_takes_no_more_than_the_ring_holds_whatever_the_frontend_claims():
    claimed = Ring(slots=(None,) * 4, req_prod=1000)
    assert claimed.waiting_requests == 4
