"""A question whose key is how often a monitor is entered while memory is mapped: by traps, by tables, by batches."""

from fractions import Fraction
from random import Random
from typing import Literal

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.monitors.costs import mapping_writes
from vlearn.sim.monitors.paravirtual.tally import Tally, fill
from vlearn.views.paravirtual_counting import MIB, draw_tally

TRAPS, TABLES, BATCHES = "traps", "tables", "batches"
_ASKED = {
    TRAPS: "Its page tables are in use and write-protected, and the monitor emulates each store to one of them. How"
    " many traps is that?",
    TABLES: "It fills each page table before the table is in use, and then makes one hypercall to announce it. How many"
    " hypercalls is that?",
    BATCHES: "It collects the updates, and sends them in hypercalls of {batch} updates each; the last one may carry"
    " fewer. How many hypercalls is that?",
}
_PAGES_PER_TABLE = {4: 1024, 8: 512}
_FORMS: dict[Literal[4, 8], str] = {4: "4 bytes, as in 32-bit paging", 8: "8 bytes, as in 4-level paging"}


def count_mapping(rng: Random) -> Posed:
    """Count traps or hypercalls of mapping some memory, for a random size, size of entries and way of asking."""
    entry_size = rng.choice(tuple(_FORMS))
    tables = rng.randrange(3, 40)
    length = tables * _PAGES_PER_TABLE[entry_size] * 4096
    tally = Tally(length, entry_size, rng.choice((24, 32, 48, 64, 96, 100, 128, 200)))
    way = rng.choice((TRAPS, TABLES, BATCHES, BATCHES))
    entries, tables = mapping_writes(length, entry_size)
    right = {TRAPS: entries, TABLES: tables, BATCHES: -(-entries // tally.batch)}[way]
    prompt = Text(
        f"A guest kernel maps {length // MIB} MiB of memory, aligned to what a page table maps, in pages of 4 KiB. An"
        f" entry of a page table has {_FORMS[entry_size]}. {_ASKED[way].format(batch=tally.batch)}"
    )
    told = {
        TRAPS: "One trap for each entry.",
        TABLES: f"A table of 4096 bytes has {_PAGES_PER_TABLE[entry_size]} entries, so {entries:,} / "
        f"{_PAGES_PER_TABLE[entry_size]} = {tables}.",
        BATCHES: f"{entries:,} / {tally.batch}, rounded up, is {right:,}.",
    }[way]
    solution = Text(f"{length // MIB} MiB / 4 KiB = {entries:,} pages, and an entry for each. {told}")
    replay = Replay(fill, tally, tuple(range(tables)), draw_tally)
    return Posed(
        (prompt,), Numeric(Fraction(right), unit="traps" if way == TRAPS else "hypercalls"), (solution,), replay
    )
