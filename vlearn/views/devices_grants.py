"""A grant table: what happened, and its entries in use, with whom they are granted to and who has mapped them."""

from vlearn.blocks import Block, Table, Text
from vlearn.sim.devices.grants import GrantTable
from vlearn.trace import Event

HEADER = ("Reference", "Granted to", "Frame", "For", "Mapped")


def draw_grants(table: GrantTable, event: Event | None) -> tuple[Block, ...]:
    """The event as a sentence, if there is one; the entries in use as a table."""
    rows = tuple(
        (
            str(n),
            f"domain {grant.domain}",
            f"{grant.frame:#x}",
            "read and write" if grant.writable else "read",
            ", ".join(f"handle {mapping.handle}" for mapping in table.mappings if mapping.reference == n)
            or "not mapped",
        )
        for n, grant in enumerate(table.entries)
        if grant
    )
    told = (Text(f"{event.text[0].upper()}{event.text[1:]}."),) if event else ()
    return (*told, Table(HEADER, rows, f"The grant table of domain {table.owner}"))
