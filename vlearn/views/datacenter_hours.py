"""The day of a machine room as 24 bars: what all workloads want, beneath the cores of the servers that are on."""

from collections.abc import Iterator

from vlearn.sim.datacenter.consolidation.load import HOURS
from vlearn.sim.datacenter.consolidation.power import hourly
from vlearn.sim.datacenter.consolidation.room import Room
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import CURRENT, FAULT, READ, SMALL, WAITING, Shape, box, cross, text

DAY = 46
"""The height of an hour's bar."""


def hours(room: Room, top: float) -> Iterator[Shape]:
    """The bars from `top` on, and the hours beneath them."""
    days = hourly(room.workloads, room.packing)
    there = max(1, len(days) * room.server.cores)
    most = max(there, *(sum(day[hour] for day in days) for hour in range(HOURS)), 1)
    wide = (WIDTH - 4) / HOURS
    yield text(2, top - 8, f"the day: what all want, beneath the cores of {len(days)} servers", bold=True)
    for hour in range(HOURS):
        x, wanted = 2 + hour * wide, sum(day[hour] for day in days)
        is_short = any(day[hour] > room.server.cores for day in days)
        look = FAULT if is_short else CURRENT if hour == room.hour else READ
        yield box(x, top + DAY * (1 - there / most), wide - 3, DAY * there / most, WAITING)
        yield box(x, top + DAY * (1 - wanted / most), wide - 3, DAY * wanted / most, look, radius=0)
        if is_short:
            yield cross(x + wide / 2 - 1.5, top + DAY - 11)
        bold = hour == room.hour
        yield text(x + wide / 2 - 1.5, top + DAY + 14, str(hour), size=SMALL, anchor="middle", bold=bold)
