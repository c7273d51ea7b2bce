"""Ring operations a second beside a plain `deque`, and packets a second of the discrete-event model.

A ring operation is one of the four things that a request needs: place, take, answer, collect. The deque is what a
programme would use that needs no indices, no events and no values; the ring is a value, so each operation makes one.
"""

from collections import deque
from collections.abc import Iterator

from vlearn.bench import Measurement, best_of
from vlearn.sim.devices.ring import Ring
from vlearn.sim.devices.ring_run import Answer, Collect, Publish, RingState, Take, use_ring
from vlearn.sim.devices.traffic import send_packets
from vlearn.sim.devices.ways import SPLIT
from vlearn.sim.devices.workload import Workload
from vlearn.trace import run

ROUNDS, SIZE = 200, 32
OPERATIONS = 4 * ROUNDS * SIZE


def _ring() -> None:
    ring = Ring.empty(SIZE)
    for _ in range(ROUNDS):
        for number in range(SIZE):
            ring = ring.put_requests(number)
        ring, _told = ring.push_requests()
        for number in range(SIZE):
            ring, _message = ring.take_requests()
            ring = ring.put_responses(number)
        ring, _told = ring.push_responses()
        for _each in range(SIZE):
            ring, _message = ring.take_responses()


def _steps() -> None:
    run(use_ring, RingState.empty(SIZE), [Publish(), Take(), Answer(), Collect()] * ROUNDS)


def _deques() -> None:
    requests, responses = deque[int](), deque[int]()
    for _ in range(ROUNDS):
        requests.extend(range(SIZE))
        while requests:
            responses.append(requests.popleft())
        while responses:
            responses.popleft()


def measure() -> Iterator[Measurement]:
    """Higher is better; the ratio says how many times the peer's rate ours is."""
    peer = OPERATIONS / best_of(_deques)
    yield Measurement("ring operations, two deques", peer, "operations/s")
    for name, work in (("ring operations, one at a time", _ring), ("ring operations, whole moves", _steps)):
        rate = OPERATIONS / best_of(work)
        yield Measurement(name, rate, "operations/s", "two deques", rate / peer)
    workload = Workload(guests=4, packets=1000)
    rate = 4000 / best_of(lambda: send_packets(SPLIT, workload))
    yield Measurement("packets through four split drivers", rate, "packets/s")
