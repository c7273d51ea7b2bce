"""What a ring's slots are in use for, and its indices as a table."""

from dataclasses import dataclass

from vlearn.blocks import Table
from vlearn.sim.devices.ring import WORD, Ring, distance


@dataclass(frozen=True, slots=True)
class Slot:
    """What is drawn in a cell: the message in it, and what its place between the indices makes of it."""

    message: str
    stage: str


def slots_of(ring: Ring) -> tuple[Slot, ...]:
    """Every slot's stage, by where its index lies between the consumer and producer indices."""
    stages = ["free"] * ring.size
    for step in range(ring.occupied):
        index = (ring.rsp_cons + step) % WORD
        for stage, end in (
            ("answered", ring.rsp_prod),
            ("answered, unpublished", ring.rsp_prod_pvt),
            ("with the backend", ring.req_cons),
            ("to be taken", ring.req_prod),
            ("written, unpublished", ring.req_prod_pvt),
        ):
            if step < distance(ring.rsp_cons, end):
                stages[index % ring.size] = stage
                break
    return tuple(Slot(str(message or ""), stage) for message, stage in zip(ring.slots, stages, strict=True))


def index_table(ring: Ring) -> Table:
    """Its eight indices, where each lies and what it counts."""
    rows = (
        ("req_prod", "shared", "requests published", str(ring.req_prod)),
        ("req_cons", "backend", "requests taken", str(ring.req_cons)),
        ("rsp_prod", "shared", "responses published", str(ring.rsp_prod)),
        ("rsp_cons", "frontend", "responses taken", str(ring.rsp_cons)),
        ("req_event", "shared", "the request to notify the backend of", str(ring.req_event)),
        ("rsp_event", "shared", "the response to notify the frontend of", str(ring.rsp_event)),
        ("req_prod_pvt", "frontend", "requests placed", str(ring.req_prod_pvt)),
        ("rsp_prod_pvt", "backend", "responses placed", str(ring.rsp_prod_pvt)),
    )
    return Table(("Index", "Where it lies", "What it counts", "Value"), rows, _free(max(ring.free, 0)))


def _free(count: int) -> str:
    return "1 slot is free" if count == 1 else f"{count} slots are free"
