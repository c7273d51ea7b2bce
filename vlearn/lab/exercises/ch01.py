"""The exercises of chapter 1 on machine rooms and memory. Every check runs a model on the student's answer.

Those on isolation and copies are in `ch01_isolation`.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_number
from vlearn.lab.exercises.ch01_isolation import OF_ISOLATION
from vlearn.lab.exercises.ch01_runs import BIG_SERVER, COMING, FULL, TEN, careless, shared_by_checksum
from vlearn.sim.datacenter.consolidation import Packing, Problem, Workload, compare, loads, overfull, pack, utilization
from vlearn.sim.datacenter.consolidation.load import Server
from vlearn.sim.datacenter.sharing import Balloon, Free, Share, Touch, overcommit
from vlearn.trace import run

BURST = Workload("burst", (12_000,) * 6 + (2000,) * 18, 1024)
"""12 cores for 6 hours, 2 cores for the other 18."""
SIXTEEN = Server(16_000, 1024)


def _near(answer: Any, slips: dict[float, str], within: float) -> str:
    return next((words for value, words in slips.items() if abs(answer - value) < within), "")


def _busy_share(answer: Any) -> Hint | None:
    if not is_number(answer):
        return Hint("The answer is a number of per cent, such as `50`.")
    right = 100 * utilization((BURST,), Packing((0,)), SIXTEEN)
    if abs(answer - right) < 0.5:
        return None
    slips = {
        right / 100: "That is a share of 1. Per cent were asked for.",
        100 - right: "That is the share that is idle.",
        75: "That is the busiest hour. The day has 24.",
        12.5: "That is a quiet hour. For 6 hours the workload takes more.",
        100 * 7 / 16: "12 and 2 cores are not needed for equally long: weigh them by their hours.",
    }
    told = "Count core-hours: those that the workload takes, of those that the server has in a day."
    return Hint(_near(answer, slips, 0.3) or told)


def _saved(answer: Any) -> Hint | None:
    if not is_number(answer):
        return Hint("The answer is a number of kilowatt-hours, such as `10`.")
    found = compare(TEN, BIG_SERVER, headroom=Fraction(0))
    right = found.before.energy - found.after.energy
    if abs(answer - right) < 0.05:
        return None
    slips = {
        right * 1000: "Those are watt-hours.",
        right / 24: "That is the energy of one hour.",
        right * 1000 / 24: "That is the power, in watts. How much is it in a day?",
        found.after.energy: "That is what is left. How much less is it than before?",
        found.before.energy: "That is the energy before. How much is needed afterwards?",
        19.2: "Two servers have cores enough. Have they memory enough too?",
        21.0: "What ran on the servers that are switched off runs elsewhere now, and draws its share there.",
        50.4: "An idle server draws 100 W and not 300. Take the line between them by how many cores are busy.",
    }
    told = "How many servers do cores and memory need? Then take the watts of all servers, before and after."
    return Hint(_near(answer, slips, 0.05) or told)


PLACES: tuple[tuple[tuple[tuple[int, int], ...], tuple[int, int]], ...] = (
    (((4, 8), (4, 8), (4, 8)), (16, 64)),
    (((3, 3), (3, 3), (3, 3), (7, 7), (7, 7), (7, 7)), (10, 10)),
    (((1, 10), (1, 10), (1, 10), (1, 10), (1, 10)), (16, 32)),
    (((2, 2), (5, 5), (4, 4), (7, 7), (1, 1), (3, 3), (8, 8)), (10, 10)),
    ((), (4, 4)),
)
"""Demands in cores and GiB, and a server: one is enough; small ones first; memory decides; mixed; nothing."""


def _place(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give the function itself: `lab.check(..., place)`, without calling it.")
    for demands, capacity in PLACES:
        given = Problem(tuple(f"w{n}" for n in range(len(demands))), demands, capacity, ("cores", "GiB"))
        said = answer(list(demands), capacity)
        if hint := _wrong_place(given, said):
            return Hint(f"`place({list(demands)}, {capacity})` returns `{said}`. {hint}")
    return None


def _wrong_place(given: Problem, said: Any) -> str:
    """What is wrong with servers that a student's function chose; empty if nothing is."""
    if not isinstance(said, Iterable) or not all(isinstance(server, int) and server >= 0 for server in said):
        return "Return a list: for each demand, the number of its server, from 0."
    if len(chosen := list(said)) != len(given.demands):
        return f"Give each of the {len(given.demands)} demands a server."
    numbers = {server: n for n, server in enumerate(dict.fromkeys(chosen))}
    packing = Packing(tuple(numbers[server] for server in chosen))
    if full := overfull(given, packing):
        carried = " and ".join(f"{n} {u}" for n, u in zip(loads(given, packing)[full[0]], given.units, strict=True))
        server = next(name for name, n in numbers.items() if n == full[0])
        return f"Server {server} has to carry {carried}: too much."
    best = pack(given).hosts
    if packing.hosts > best:
        return (
            f"That takes {packing.hosts} servers; {best} would do. Use up the room before you take another server."
            " In which order are demands placed best?"
        )
    return ""


def _no_swap(answer: Any) -> Hint | None:
    if not isinstance(answer, list | tuple) or not all(isinstance(one, Share | Balloon) for one in answer):
        return Hint("Give a list of what the host does, as in `[Share()]` or `[Balloon(1, 1)]`.")
    before = run(overcommit, FULL, answer).final
    after = run(overcommit, before, COMING).final
    if before.guest_swaps:
        return Hint("The balloon takes more than the guest can spare: it pages something out to its own disk.")
    if after.guest_swaps:
        return Hint("Guest 1 will need its pages. Whose memory is not all in use?")
    if not after.host_swaps:
        return None
    return Hint(
        f"The host has {FULL.frames - len(before.used)} free frames when guest 1 goes on; it needs {len(COMING)}. Which"
        " pages are equal, and which has its guest freed? A balloon leaves its guest what it was promised less its own:"
        " up to which size does the guest give up nothing?"
    )


def _bug_hunt(answer: Any) -> Hint | None:
    if not isinstance(answer, list | tuple) or not all(isinstance(a, Touch | Free | Share | Balloon) for a in answer):
        return Hint("Give a list of actions, as in `[Touch(0, 0, 7), Touch(1, 0, 7), Share()]`.")
    if len(answer) > 200:
        return Hint("A short list will do: at most 200 actions.")
    if careless(answer):
        return None
    if not any(isinstance(action, Share) for action in answer):
        return Hint("Nothing goes wrong until the host looks for equal pages: add a `Share()`.")
    if shared_by_checksum(answer):
        return Hint("Pages are shared here, and they are equal. The checksum has 16 values; contents have many more.")
    return Hint("No page is shared here. Try more contents: which two does the wrong model take for the same?")


EXERCISES = (
    Exercise("ch01-busy-share", "ch01-diagnose-waste", "the share of core-hours that is busy, in per cent",
             _busy_share),
    Exercise("ch01-saved", "ch01-compute-hosts", "the energy saved in a day, in kilowatt-hours", _saved),
    Exercise("ch01-place", "ch01-compute-hosts",
             "a function `place(demands, capacity)` that returns a list: the number of each demand's server", _place),
    Exercise("ch01-no-swap", "ch01-predict-overcommitment", "a list of `Share()` and `Balloon(guest, pages)`",
             _no_swap),
    Exercise("ch01-bug-hunt", "ch01-predict-overcommitment",
             "a list of actions after which a page holds something else than its guest wrote", _bug_hunt),
    *OF_ISOLATION,
)  # fmt: skip
