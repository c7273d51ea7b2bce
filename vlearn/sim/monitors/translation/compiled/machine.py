"""The virtual processor while compiled code runs: memory that can be written, page maps, and the way back to a Cpu.

The page maps hold, for the linear pages used so far, how far away the physical page lies: a small TLB. The processor of
this course has none and walks at each access, so the maps must never be seen to be out of date. The frames of the
guest's page tables are therefore in no map of writable pages: a store there leaves the compiled code, as it would trap
on the real processor, whose shadow page tables write-protect the same frames; then the maps are emptied.
"""

from collections import Counter
from dataclasses import replace

from vlearn.sim.cpu import Cpu, Fault, advance
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.paging import physical
from vlearn.sim.cpu.state import CS, MASK32
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.monitors.translation.code_pages import entries_on_the_way, only_marked, unchanged, walk_mode
from vlearn.sim.monitors.translation.treatments import Treatment
from vlearn.sim.monitors.translation.units import Line
from vlearn.sim.monitors.trap_and_emulate.descriptor_tables import descriptor_frames
from vlearn.sim.monitors.trap_and_emulate.shadow import traced_frames
from vlearn.sim.monitors.write_log import logged, unlogged


class Machine:
    """Registers, flags and time as the dispatcher has them between two functions; `cpu` has all the rest."""

    def __init__(self, cpu: Cpu) -> None:
        self.counts: Counter[str] = Counter()
        self.code_entries: dict[int, int] = {}
        self.maps: dict[bool, tuple[dict[int, int], dict[int, int]]] = {user: ({}, {}) for user in (False, True)}
        self.missed: tuple[int, bool] | None = None
        self.moved = False
        self.started = cpu.tsc
        self._governed = _governing(cpu)
        self.traced = traced_frames(cpu, descriptor_frames(cpu))
        self.adopt(cpu)

    def adopt(self, cpu: Cpu, written: tuple[int, ...] = ()) -> None:
        """Go on from a state, wherever it comes from, given the words that were written on the way (not marked)."""
        self.cpu = cpu
        self.registers, self.eip, self.flags, self.tsc = cpu.registers, cpu.eip, cpu.eflags, cpu.tsc
        self.words = cpu.memory.mutate()
        self.selectors = [segment.selector for segment in cpu.segments]
        governing = _governing(cpu)
        self.wrote_traced = any(at & -FRAME in self.traced for at in written)
        if governing != self._governed or self.wrote_traced:
            self._follow(cpu, governing)
        self.readable, self.writable = self.maps[cpu.cpl == 3]

    def state(self) -> Cpu:
        """The whole state as a value."""
        memory = self.words.finish()
        self.words = memory.mutate()
        self.cpu = replace(
            self.cpu, memory=memory, registers=self.registers, eip=self.eip, eflags=self.flags, tsc=self.tsc
        )
        return self.cpu

    @property
    def compilable(self) -> bool:
        """Whether compiled code may go on: no interrupt is due or held off, and this is a kernel or a process."""
        cpu = self.cpu
        code, timer = cpu.segments[CS].descriptor, cpu.timer
        if cpu.halted or cpu.shadow or cpu.shutdown or cpu.cpl in (1, 2) or code.base or code.limit != MASK32:
            return False
        return not (self.flags & IF and (cpu.pending or (timer.interval and self.tsc >= timer.deadline)))

    def perform(self, line: Line, *state: int) -> tuple[int, ...] | None:
        """Execute one line of a unit in the interpreter; the state behind it, or None if something else comes next."""
        *registers, flags, retired = state
        self.registers, self.flags, self.eip = tuple(registers), flags, line.eip
        self.tsc = self.started + retired
        before = self.state()
        kind = self.advance(before)
        if line.treatment is Treatment.CALL_OUT and before.cpl == 0 and kind == "executed":
            self.counts["call-out"] += 1
        after = self.cpu
        straight = (
            kind == "executed" and after.eip == line.after
            and not (after.shadow or after.halted or self.moved or self.wrote_traced)
            and not (after.eflags ^ before.eflags) & IF and after.timer == before.timer
            and after.segments == before.segments and after.tsc == before.tsc + 1
        )  # fmt: skip
        return (*after.registers, after.eflags) if straight else None

    def advance(self, cpu: Cpu) -> str:
        """One step of the interpreter; the kind of what happened last."""
        kind, written, old = "", set[int](), cpu.memory
        for happening in advance(logged(cpu)):
            kind = happening.kind
            cpu, addresses = unlogged(happening.cpu)
            written.update(addresses)
            if kind in ("fault", "interrupt"):
                self.counts[kind] += 1
        self.adopt(cpu, tuple(at for at in written if not only_marked(old.get(at, 0), cpu.memory.get(at, 0))))
        return kind

    def found_code(self, cpu: Cpu, linear: int) -> None:
        """Keep the entries by which code was found: `moved` is set when they change."""
        self.code_entries |= entries_on_the_way(cpu, linear)

    def learn(self, linear: int, store: bool) -> None:
        """Put a page into the map after the interpreter has accessed it: now the walk has no flags to set any more."""
        at = self.found(linear, store)
        if at is not None and not (store and at & -FRAME in self.traced):
            self.maps[self.cpu.cpl == 3][store][linear >> 12] = at - linear

    def found(self, linear: int, store: bool) -> int | None:
        """The physical address, unless the access faults or would set a flag on its way."""
        try:
            after, at = physical(self.cpu, linear, "write" if store else "read", self.cpu.cpl == 3)
        except Fault:
            return None
        return at if after.memory is self.cpu.memory else None

    def _follow(self, cpu: Cpu, governing: tuple[object, ...]) -> None:
        """The guest's tables have changed: trace those of now, empty the maps, and see whether code has moved."""
        self.traced = traced_frames(cpu, descriptor_frames(cpu))
        for maps in self.maps.values():
            for pages in maps:
                pages.clear()
        if walk_mode(cpu) != self._governed[0] or not unchanged(self.code_entries, cpu.memory):
            self.code_entries.clear()
            self.moved = True
        self._governed = governing


def _governing(cpu: Cpu) -> tuple[object, ...]:
    """What decides, besides memory, what addresses mean and which frames are traced."""
    return walk_mode(cpu), cpu.gdtr, cpu.ldtr.descriptor
