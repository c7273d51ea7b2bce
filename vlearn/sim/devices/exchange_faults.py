"""What must hold in every state of an exchange: no message lost, none overwritten, nobody waiting in vain."""

from vlearn.sim.devices.exchange import ACTORS, Exchange, exchange
from vlearn.sim.devices.ring import WORD, distance


def is_stuck(state: Exchange) -> bool:
    """Whether no actor can take a step any more."""
    return not any(True for actor in ACTORS for _ in exchange(state, actor))


def faults(state: Exchange) -> tuple[str, ...]:
    """What is wrong in this state, in words; none in any state that a right discipline can reach."""
    ring, found = state.ring, []
    for name, messages, kind in (("backend", state.received, "request"), ("frontend", state.answered, "response")):
        found += [
            f"the {name} took {message or 'an empty slot'} where {kind} {number} should be"
            for number, message in enumerate(messages, 1)
            if message is None or (message.kind, message.number) != (kind, number)
        ]
    written = distance(ring.req_cons, ring.req_prod_pvt) - (state.sender == "fill")
    for kind, first, count in (
        ("request", ring.req_cons, written),
        ("response", ring.rsp_cons, distance(ring.rsp_cons, ring.rsp_prod_pvt)),
    ):
        for index in ((first + n) % WORD for n in range(count)):
            number = distance(state.origin, index) + 1
            message = ring.at(index)
            if message is None or (message.kind, message.number) != (kind, number):
                found.append(f"{kind} {number} was overwritten by {message} before anyone took it")
    if len(state.answered) < state.total and is_stuck(state):
        found.append(f"all are waiting, and {len(state.answered)} of {state.total} requests are answered")
    return tuple(found)
