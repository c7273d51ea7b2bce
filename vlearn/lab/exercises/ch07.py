"""The exercises of chapter 7. Every check runs a model: an emulated card, a ring, all orders of accesses, a host."""

from collections.abc import Iterable
from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_whole
from vlearn.questions.generators.devices_scenes import send_in_batches
from vlearn.sim.devices.disciplines import COMPARES_WITHOUT_WRAP, Discipline
from vlearn.sim.devices.drivers import set_up_transmit
from vlearn.sim.devices.emulated import Emulated, ReadRegister, WriteRegister, emulate
from vlearn.sim.devices.exchange import ACTORS, Exchange, exchange
from vlearn.sim.devices.exchange_faults import faults
from vlearn.sim.devices.hunt import shortest_run
from vlearn.sim.devices.passthrough import EnableFunctions, Host, Passthrough, WriteByDma
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.sim.devices.ring import WORD, must_notify
from vlearn.sim.devices.ring_run import Answer, Collect, Publish, RingMove, RingState, Take, use_ring
from vlearn.trace import run

PUZZLE = send_in_batches(3, 2)
"""What the driver of the first exercise does: three packets, sent two and one."""
MOVES: tuple[RingMove, ...] = (Publish(3), Take(2), Answer(2), Collect(1), Publish(1), Take())
START = WORD - 2
"""The second exercise: a ring of four slots whose indices have come this far."""
EXAMPLE = ("look", "ask")
"""What a backend does before it sleeps that loses notifications."""
MOST_LOOKS = 4


def _exits(answer: Any) -> Hint | None:
    if not is_whole(answer):
        return Hint("The answer is a whole number of exits.")
    ready = run(emulate, Emulated(), set_up_transmit()).final
    exits = run(emulate, ready, PUZZLE).final.exits - ready.exits
    if answer == exits:
        return None
    writes = sum(isinstance(access, WriteRegister) for access in PUZZLE)
    reads = sum(isinstance(access, ReadRegister) for access in PUZZLE)
    slips = {
        len(PUZZLE): "That counts every access. Behind which of these addresses is there memory?",
        writes: "Loads from a register exit too, for the card's answer is not in memory.",
        reads: "Stores to a register exit too.",
        9: "That counts three exits for each packet. The second packet goes without a store of its own.",
    }
    return Hint(slips.get(answer, "Go through the table, and count the rows that name a register."))


def _ring(answer: Any) -> Hint | None:
    if not isinstance(answer, tuple) or len(answer) != 5 or not all(map(is_whole, answer)):
        return Hint("Give five whole numbers: `(req_prod, req_cons, rsp_prod, rsp_cons, free)`.")
    ring = run(use_ring, RingState.empty(4, START), MOVES).final.ring
    names = ("req_prod", "req_cons", "rsp_prod", "rsp_cons")
    for name, said in zip(names, answer, strict=False):
        right = getattr(ring, name)
        if said == right:
            continue
        if said % WORD == right:
            return Hint(f"`{name}` has 32 bits: what comes after 4,294,967,295?")
        if said == right % ring.size:
            return Hint(f"`{name}` is a counter; only to find a slot is it reduced to the size of the ring.")
        return Hint(f"Look at `{name}` again: begin with {START}, and add what that end has published or taken.")
    if answer[4] == ring.free:
        return None
    if answer[4] == ring.size - ring.waiting_requests or answer[4] == ring.free + ring.waiting_responses:
        return Hint("The indices are right. A slot is not free while a response in it waits to be taken.")
    return Hint("The indices are right. Free slots are 4 less the distance from `rsp_cons` to `req_prod`.")


def notifies_without_wrap(old: int, new: int, event: int) -> bool:
    """A wrong rule, to be found out: the producer moved from old to new; does it have to notify?"""
    return COMPARES_WITHOUT_WRAP.reached(old, new, event)


def _witness(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 3 and all(map(is_whole, answer))):
        return Hint("Give three whole numbers: `(old, new, event)`.")
    old, new, event = answer
    if not all(0 <= index < WORD for index in answer):
        return Hint("An index is an unsigned 32-bit counter, from 0 to 4,294,967,295.")
    if not 0 < (new - old) % WORD <= 256:
        return Hint("No ring is that large: `new` comes 1 to 256 steps after `old`, counted modulo 2³².")
    right = must_notify(old, new, event)
    if right != notifies_without_wrap(old, new, event):
        return None
    what = "notifies" if right else "does not notify"
    return Hint(f"Both say the same: the producer {what}. When is an index that came later a smaller number?")


def _before_sleep(answer: Any) -> Hint | None:
    if not isinstance(answer, Iterable) or isinstance(answer, str):
        return Hint('Give a tuple of the words "look" and "ask", such as `("look", "ask")`.')
    plan = tuple(answer)
    if not plan or any(word not in ("look", "ask") for word in plan):
        return Hint('Give a tuple of the words "look" and "ask", such as `("look", "ask")`.')
    if len(plan) > MOST_LOOKS:
        return Hint(f"It can be done in fewer steps: {MOST_LOOKS} at most, please.")
    yours = Discipline("yours", before_sleep=plan)
    found = shortest_run(exchange, Exchange.begin(2, 3, yours), ACTORS, faults)
    if found is None:
        return None
    told = [
        step.event.text for step in found.steps if "receiver" not in step.event.text and "rsp" not in step.event.text
    ]
    last = "; ".join(told[-5:])
    return Hint(f"An order of accesses that goes wrong ends so: {last}. Then {faults(found.final)[0]}.")


def _shared_card(answer: Any) -> Hint | None:
    if not isinstance(answer, list | tuple) or not all(isinstance(action, Passthrough) for action in answer):
        return Hint("Give a list of actions, such as `[EnableFunctions(2), Assign('01:00.1', 'A')]`.")
    if any(isinstance(action, EnableFunctions) for action in answer[1:]):
        return Hint("Virtual functions come first: the physical function must not be in use when it enables them.")
    trace = run(pass_through, Host.with_guests(("A", "B"), 16), answer)
    refused = next((step.event for step in trace.steps if step.event.kind.endswith("-refused")), None)
    if refused:
        return Hint(f"The hypervisor refuses: {refused.text}.")
    owners = set(trace.final.owners.values())
    missing = {"A", "B"} - owners
    if missing:
        return Hint(f"No function of the card belongs to guest {' or '.join(sorted(missing))} yet.")
    blocked = [a for a, step in zip(answer, trace.steps, strict=True) if step.event.kind == "dma-blocked"]
    if not blocked:
        return Hint("Both have a function. Have one write where its table maps nothing: a guest has frames 0 to 15.")
    if not any(isinstance(action, WriteByDma) and trace.final.owners[action.function] == "A" for action in blocked):
        return Hint("Something was blocked, but it has to be a write by the function of guest A.")
    return None


EXERCISES = (
    Exercise("ch07-count-exits", "ch07-trace-emulated-device", "how many of the accesses exit, a whole number", _exits),
    Exercise("ch07-ring-indices", "ch07-trace-ring",
             "the tuple (req_prod, req_cons, rsp_prod, rsp_cons, free) after the moves", _ring),
    Exercise("ch07-bug-hunt", "ch07-find-ring-bug",
             "a tuple (old, new, event) on which the wrong rule and the right one differ", _witness),
    Exercise("ch07-before-sleep", "ch07-find-ring-bug",
             'a tuple of the words "look" and "ask": what the backend does before it sleeps', _before_sleep),
    Exercise("ch07-share-card", "ch07-predict-dma",
             "actions after which A and B have a function each, and a write of A's was blocked", _shared_card),
)  # fmt: skip
