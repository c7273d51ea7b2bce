"""Questions whose key is a run of the emulated card and disk: which accesses of a driver exit, and how many do."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.devices_scenes import SET_UP, one_access, send_in_batches
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.devices.drivers import read_sector
from vlearn.sim.devices.emulated import Access, Emulated, emulate
from vlearn.trace import run
from vlearn.views.devices_emulated import draw_emulated

HEADER = ("What the driver does", "Exit")
_MACHINE = (
    "A guest with hardware assistance has an emulated network card and an emulated IDE disk. The page of the card's"
    " registers is mapped nowhere, and the disk's ports exit; descriptors and buffers lie in the guest's own memory."
)
_RULE = (
    "Registers and ports have no memory behind them, so each access to one exits, loads as well as stores. Descriptors,"
    " buffers and what the driver read from them are ordinary memory."
)


def driver_exits(rng: Random) -> Posed:
    """Which of a driver's accesses exit? Seven of them, in the order in which a driver may make them."""
    while True:
        pool = one_access(rng)
        words = sorted(rng.sample(list(pool), 7), key=list(pool).index)
        accesses = tuple(pool[each] for each in words)
        rows = tuple(
            (each, "yes" if run(emulate, Emulated(), [access]).final.exits else "no")
            for each, access in zip(words, accesses, strict=True)
        )
        if 3 <= sum(row[1] == "yes" for row in rows) <= 4:
            break
    prompt = Text(f"{_MACHINE} Its drivers do this, among other things. Write `yes` where an access exits, else `no`.")
    blanks = tuple((row, 1) for row in range(len(rows)))
    solution = (Table(HEADER, rows, "Each access and whether it exits."), Text(_RULE))
    return Posed(
        (prompt,), TraceTable(HEADER, rows, blanks), solution, Replay(emulate, Emulated(), accesses, draw_emulated)
    )


def count_driver_exits(rng: Random) -> Posed:
    """How many exits does this driver take, from its set-up to the last interrupt?"""
    packets, batch = rng.randrange(4, 25), rng.randrange(1, 5)
    reads_head, sets_up, words = rng.random() < 0.5, rng.random() < 0.5, rng.choice((0, 0, 4, 6, 8, 16))
    begin = SET_UP if sets_up else ()
    middle = send_in_batches(packets, batch, reads_head)
    end = read_sector(rng.randrange(1, 999), words) if words else ()
    accesses: tuple[Access, ...] = (*begin, *middle, *end)
    # A card that was not set up here was set up before: its exits are not counted.
    start = Emulated() if sets_up else run(emulate, Emulated(), SET_UP).final
    total = run(emulate, start, accesses).final.exits - start.exits
    batches = -(-packets // batch)
    told = [
        f"It sets the card up by stores to {len(SET_UP)} registers." if sets_up else "It finds the card set up.",
        f"It sends {packets} packets: for each it stores the bytes in a buffer and fills a descriptor; and it stores"
        f" the new tail in TDT after {'each' if batch == 1 else f'every {batch}'}"
        f"{', and after the last' if packets % batch else ''}.",
        "The card interrupts once for each store to TDT, when the packets of that store are sent. Each time the handler"
        f" reads the register ICR, {_LOOKS[reads_head]}, and stores to the register IMS.",
    ]
    if words:
        told.append(
            f"At last it asks the disk for a sector by writing six ports, reads the status port once, and reads the"
            f" first {words * 2} bytes of it, 16 bits at a time, by `IN` from the data port."
        )
    prompt = Text(
        f"{_MACHINE} A driver does this:\n\n" + "\n".join(f"- {each}" for each in told) + "\n\nHow many exits?"
    )
    parts = [
        ("set-up", len(begin)),
        ("stores to TDT", batches),
        (f"in handlers, {2 + reads_head} each", batches * (2 + reads_head)),
    ]
    parts += [("disk", 7 + words)] if words else []
    rows = tuple((name, str(count)) for name, count in (*parts, ("together", total)))
    solution = (Table(("Where", "Exits"), rows, "Exits of the driver."), Text(_RULE))
    return Posed(
        (prompt,), Numeric(Fraction(total), unit="exits"), solution, Replay(emulate, start, accesses, draw_emulated)
    )


_LOOKS = {False: "looks at the status byte of each descriptor concerned", True: "reads the register TDH"}
