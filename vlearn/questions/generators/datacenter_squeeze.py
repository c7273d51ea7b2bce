"""A question whose key is what sharing and balloons give back when memory is short, and what is left to be swapped."""

from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.forms import figure
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.sim.datacenter.sharing import Demand, Squeeze, squeeze

HEADER = ("How much memory", "MiB")
STEP = 256
"""What sizes are multiples of, in MiB."""


def squeezed_memory(rng: Random) -> Posed:
    """Fill in what is missing, and what sharing, balloons and swapping contribute."""
    wanted = rng.choice(("shared", "ballooned", "swapped", "swapped"))
    while True:
        same = rng.randrange(1, 4) * STEP
        guests = [_demand(rng, same) for _ in range(rng.choice((3, 4, 5)))]
        host = rng.randrange(8, 41) * 2 * STEP
        found = squeeze(host, guests)
        last = "swapped" if found.swapped else "ballooned" if found.ballooned else "shared" if found.shared else ""
        if last == wanted:
            break
    rows = (
        ("touched by the guests together", f"{found.touched}"),
        ("missing on the host", f"{found.touched - host}"),
        ("saved by page sharing", f"{found.shared}"),
        ("taken by balloons", f"{found.ballooned}"),
        ("swapped by the host", f"{found.swapped}"),
    )
    prompt = Text(
        f"A host has {host} MiB for its guests, which have been promised {found.promised} MiB together. All that a"
        " guest has touched so far has to be kept somewhere. The host takes three measures in this order, each only as"
        f" far as memory is still missing: first page sharing, for {same} MiB of what each guest uses have the same"
        " contents in all of them; then balloons, which take what a guest has touched and uses no longer, but nothing"
        " that it uses; then swapping by the host itself. The measures themselves take no memory. Fill in the"
        " figures, in MiB."
    )
    table = Table(
        ("Guest", "Promised (MiB)", "Touched so far (MiB)", "Of that, in use now (MiB)"),
        tuple((str(n), *map(str, (g.promised, g.touched, g.active))) for n, g in enumerate(guests, 1)),
    )
    blanks = tuple((row, 1) for row in range(1, len(rows)))
    return Posed((prompt, table), TraceTable(HEADER, rows, blanks), (_solution(found, guests, same),))


def _demand(rng: Random, same: int) -> Demand:
    active = same + rng.randrange(1, 9) * STEP
    touched = active + rng.choice((0, 1, 1, 2, 3, 4)) * STEP
    return Demand(-(-touched // (4 * STEP)) * 4 * STEP + rng.choice((0, 4)) * STEP, touched, active, same)


def _solution(found: Squeeze, guests: list[Demand], same: int) -> Text:
    idle = [guest.touched - guest.active for guest in guests]
    missing, most = found.touched - found.host, (len(guests) - 1) * same
    return Text(
        f"1. Missing: {figure(found.touched)} − {figure(found.host)} = {figure(missing)} MiB. What was promised does"
        " not count: a page that was never touched needs no frame.\n"
        f"2. Sharing can keep one copy of {len(guests)}: it saves up to {len(guests) - 1} × {same} = {figure(most)}"
        f" MiB, and has to save {figure(found.shared)}.\n"
        f"3. {figure(missing - found.shared)} MiB are still missing. Balloons can take {' + '.join(map(str, idle))} ="
        f" {figure(sum(idle))} MiB, and take {figure(found.ballooned)}.\n"
        f"4. {_rest(found)}"
    )


def _rest(found: Squeeze) -> str:
    if found.fits:
        return "Nothing is left to be swapped: 0 MiB."
    return f"The host swaps the rest, {figure(found.swapped)} MiB, and cannot see which pages the guests will miss."
