import pytest

from vlearn.errors import ModelError
from vlearn.sim.devices.event_channels import Defer, EventChannels, Mask, Send, TakeUpcall, Unmask, use_channels
from vlearn.trace import reachable, run

RUNS = [
    ([Send(5), Send(5), TakeUpcall()], ("send", "merged", "upcall", "handle")),
    ([Mask(5), Send(5), TakeUpcall()], ("mask", "held", "no-upcall")),
    ([Mask(5), Send(5), Unmask(5), TakeUpcall()], ("mask", "held", "unmask", "upcall", "handle")),
    ([Defer(True), Send(5), TakeUpcall(), Defer(False), TakeUpcall()],
     ("defer", "send", "no-upcall", "defer", "upcall", "handle")),
    ([Send(9), Send(2), TakeUpcall()], ("send", "send", "upcall", "handle", "handle")),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "kinds"), RUNS)
def test_events_are_bits(actions, kinds):
    assert run(use_channels, EventChannels(), actions).kinds == kinds


def test_no_event_is_forgotten_in_any_reachable_state():
    actions = [*(action(port) for action in (Send, Mask, Unmask) for port in (0, 1)), Defer(True), Defer(False)]
    states = reachable(use_channels, EventChannels(), [*actions, TakeUpcall()])
    between = {step.state for state in states for step in list(use_channels(state, TakeUpcall()))[:-1]}
    for state in states - between:
        assert state.upcall or not state.pending - state.masked


@pytest.mark.parametrize("port", [-1, 4096])
def test_there_are_4096_ports(port):
    with pytest.raises(ModelError, match="0 to 4095"):
        Send(port)
