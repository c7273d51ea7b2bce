from vlearn.sim.devices.handshake import ACTORS, Handshake, Xenbus, shake
from vlearn.trace import reachable, run

CONNECT = ("backend", "frontend", "backend", "frontend")
STATES = reachable(shake, Handshake(crashes=2), ACTORS)


def test_four_moves_connect_the_two_ends():
    trace = run(shake, Handshake(), CONNECT)
    states = [(int(step.state.frontend), int(step.state.backend)) for step in trace.steps]
    assert states == [(1, 2), (3, 2), (3, 4), (4, 4)]
    assert trace.final.connected
    assert dict(trace.final.store)["/local/domain/3/device/vbd/51712/state"] == "4"


def test_an_end_that_has_nothing_to_react_to_waits():
    assert not list(shake(Handshake(), "frontend"))


def test_closing_unmaps_the_ring_before_its_grant_ends():
    trace = run(shake, run(shake, Handshake(), CONNECT).final, ("guest", "backend", "frontend", "backend"))
    assert [(step.state.mapped, step.state.granted) for step in trace.steps] == [
        (True, True),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert trace.final.frontend is trace.final.backend is Xenbus.CLOSED


def test_nothing_is_mapped_that_is_not_granted_in_any_reachable_state():
    assert all(state.granted for state in STATES if state.mapped)
    assert all(state.mapped for state in STATES if state.connected)


def test_every_reachable_state_leads_on_to_a_connection_or_to_the_end():
    watching = ("frontend", "backend", "toolstack")
    for state in STATES:
        while steps := [step for actor in watching for step in shake(state, actor)]:
            state = steps[0].state
        assert state.connected or state.frontend is state.backend is Xenbus.CLOSED


def test_a_frontend_that_missed_the_crash_still_finds_that_its_backend_is_new():
    trace = run(
        shake,
        run(shake, Handshake(), CONNECT).final,
        ("crash", "toolstack", "backend", *CONNECT[1:], "frontend", "backend", "frontend"),
    )
    assert trace.final.connected
