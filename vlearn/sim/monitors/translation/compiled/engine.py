"""The dispatcher of the compiled engine: from one function to the next until the guest halts.

The kernel's code runs translated. The code of processes, which real binary translation leaves to the processor, is
compiled too: it stands for direct execution at the speed of the hardware. What cannot be compiled (a segment that is
not flat, rings 1 and 2) is left to the interpreter. A timer interrupt comes after the same instruction as on the bare
machine, since no function starts a unit that would go beyond the timer's deadline: the last instructions before it are
interpreted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vlearn.sim.cpu import ENDINGS, Cpu, Fault, NoCode, due
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.monitors.translation.cache import HOT
from vlearn.sim.monitors.translation.compiled.choice import Context, context_of
from vlearn.sim.monitors.translation.compiled.code_cache import CodeCache, Entry, Place
from vlearn.sim.monitors.translation.compiled.machine import Machine
from vlearn.sim.monitors.translation.compiled.writer import FINISHED, LEFT, STOPPED
from vlearn.sim.monitors.translation.treatments import Treatment
from vlearn.sim.monitors.translation.units import Key, Line, key_at


@dataclass(frozen=True, slots=True)
class Translated:
    """How a run ended: kind as in `Ending`, the guest, what happened how often, and the functions by address."""

    kind: str
    cpu: Cpu
    counts: Mapping[str, int]
    sources: Mapping[int, str]


def run_translated(guest: Cpu, limit: int = 1_000_000) -> Translated:
    """Run a guest until nothing more happens, or until it has retired `limit` instructions."""
    return _Run(guest).until(guest.tsc + limit)


class _Run:
    def __init__(self, guest: Cpu) -> None:
        self.machine = Machine(guest)
        self.cache = CodeCache()
        self.came_from: tuple[Key, int, Context] | None = None
        self.traps: dict[int, int] = {}
        self.marks = False
        """Whether finding the code that comes next sets an A flag, which is the interpreter's to do."""

    def until(self, last: int) -> Translated:
        """Dispatch until the end, or until the TSC is at `last`; a guest that makes no headway ends there too."""
        kind, machine = "", self.machine
        rounds = 4 * (last - machine.tsc) + 100
        while kind not in ENDINGS:
            rounds -= 1
            if machine.tsc >= last or rounds < 0:
                kind = "step-limit"
            else:
                kind = self._dispatch(last) if machine.compilable else self._interpret()
        sources = {place[0].eip: entry.source for place, entry in self.cache.entries.items()}
        return Translated(kind, machine.state(), dict(machine.counts), sources)

    def _interpret(self) -> str:
        """One step of the interpreter, outside of any unit."""
        self.came_from = None
        kind = self.machine.advance(self.machine.state())
        self._settle()
        return kind

    def _dispatch(self, last: int) -> str:
        """Run the unit at EIP, and all that it is chained to in one function."""
        machine, counts = self.machine, self.machine.counts
        try:
            entry = self._chained() or self._looked_up()
        except (Fault, NoCode):
            return self._interpret()
        if self.marks:
            self.marks = False
            return self._one_by_one(entry, 0, last)
        timer = machine.cpu.timer
        budget = last - machine.tsc
        if machine.flags & IF and timer.interval:
            budget = min(budget, timer.deadline - machine.tsc)
        if len(entry.unit) > budget:
            return self._one_by_one(entry, 0, last)
        machine.started, machine.missed = machine.tsc, None
        how, number, where, *registers, flags, retired, runs = entry.function(
            machine, *machine.registers, machine.flags, budget, entry.number
        )
        kernel = entry.place[1].cpl == 0
        counts["chained"] += (runs - 1) * kernel
        left = self.cache.entries[entry.group[number]]
        if how == LEFT:
            self._trap(left.place, left.unit.lines[where - 1])
            return self._one_by_one(left, where, last) if self._goes_on(left, where) else self._settle()
        machine.registers, machine.flags = tuple(registers), flags
        machine.tsc = machine.started + retired
        if how == STOPPED:
            return self._one_by_one(left, where, last)
        machine.eip = where
        self.came_from = (left.place[0], where, left.place[1]) if how == FINISHED else None
        return ""

    def _goes_on(self, entry: Entry, start: int) -> bool:
        """Whether a unit that was left behind a call-out is still the one to run, from that line on."""
        machine = self.machine
        same = machine.cpu.cpl == entry.place[1].cpl and not (machine.moved or machine.cpu.halted)
        return same and start < len(entry.unit) and machine.eip == entry.unit.lines[start].eip

    def _chained(self) -> Entry | None:
        """The unit behind the exit just taken, if that has been patched."""
        if self.came_from is None:
            return None
        key, exit, context = self.came_from
        to = self.cache.links.get(key, {}).get(exit)
        if to is None:
            return None
        self.machine.counts["chained"] += context.cpl == 0
        return self.cache.entries.get((to, context)) or self.cache.enter((to, context), self.machine.state())[0]

    def _looked_up(self) -> Entry:
        """The unit at EIP by a look-up, translated if need be; the exit that led here is patched."""
        machine, counts = self.machine, self.machine.counts
        state = machine.state()
        after, key = key_at(state)
        self.marks = after is not state
        machine.found_code(state, key.eip)
        place = (key, context_of(state))
        kernel = place[1].cpl == 0
        counts["look-up"] += kernel
        entry, known = self.cache.enter(place, state)
        counts["hit" if known else "translation"] += kernel
        if self.came_from is not None:
            self.cache.link(*self.came_from[:2], *place)
            entry = self.cache.entries[place]
        return entry

    def _one_by_one(self, entry: Entry, start: int, last: int) -> str:
        """The rest of a unit in the interpreter: an access was not possible at once, or an interrupt comes soon."""
        machine, counts = self.machine, self.machine.counts
        self.came_from = None
        for line in entry.unit.lines[start:]:
            machine.eip = line.eip
            before = machine.state()
            if due(before) is not None or machine.tsc >= last:
                return ""
            missed, machine.missed = machine.missed, None
            kind = machine.advance(before)
            self._trap(entry.place, line)
            if line.treatment is Treatment.CALL_OUT and kind == "executed":
                counts["call-out"] += entry.place[1].cpl == 0
            if kind != "executed" or machine.moved or machine.cpu.halted:
                self._settle()
                return kind
            if missed:
                machine.learn(*missed)
        if machine.eip in entry.unit.exits and entry.unit.key in self.cache.units:
            self.came_from = (entry.unit.key, machine.eip, context_of(machine.cpu))
        return ""

    def _trap(self, place: Place, line: Line) -> None:
        """If a copied store has gone to a traced frame: it is counted, and in the kernel becomes a call-out in time."""
        machine = self.machine
        if not machine.wrote_traced or line.treatment is not Treatment.IDENT:
            return
        machine.counts["traced-write"] += 1
        if place[1].cpl == 0:
            physical = place[0].physical + line.eip - place[0].eip
            self.traps[physical] = self.traps.get(physical, 0) + 1
            if self.traps[physical] == HOT:
                machine.counts["adapted"] += 1
                self.cache.call_out(physical)

    def _settle(self) -> str:
        """Outside of all units: after page tables have changed no link is trusted, and code is looked up again."""
        self.came_from = None
        if self.machine.moved:
            self.machine.moved = False
            self.cache.unlink()
        return ""
