"""The monitor with binary translation, an instruction of the guest at a time.

The guest's kernel runs as translated code in ring 1: copied instructions execute on the real processor, everything else
acts on the virtual one. Its processes run directly in ring 3, as under trap-and-emulate, whose ring compression, shadow
page tables and shadow descriptor tables serve here too. A process that has IF = 0 or IOPL > 0, which the real
processor cannot show it, is interpreted, and so is code in rings 1 and 2.

Left out: where the translated code itself lies, and traps in the midst of an instruction's translation: it happens or
it traps, as in the guest. An interrupt comes at the very instruction at which it would on the bare machine, so that
runs can be compared; a real monitor may let the unit end first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from vlearn.sim.cpu import Cpu, Fault, NoCode, advance, due
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.monitors.bare import sentence
from vlearn.sim.monitors.translation.cache import TranslationCache, physical_addresses
from vlearn.sim.monitors.translation.sentences import SENTENCES
from vlearn.sim.monitors.translation.treatments import Treatment
from vlearn.sim.monitors.translation.units import Line, Unit, key_at, translatable
from vlearn.sim.monitors.trap_and_emulate import TrapAndEmulate, trap_and_emulate
from vlearn.sim.monitors.trap_and_emulate.mapping import real_state
from vlearn.sim.monitors.vm import Happening, Monitor, Vm
from vlearn.sim.monitors.write_log import logged, unlogged


@dataclass(frozen=True, slots=True)
class Translator:
    """The monitor's own state: the translation cache, and below it what trap-and-emulate keeps."""

    cache: TranslationCache
    base: TrapAndEmulate


TranslatedVm = Vm[Translator]
Happenings = Iterator[Happening[Translator]]
_RUNS = trap_and_emulate()


def binary_translation(umip: bool = False) -> Monitor[Translator]:
    """The monitor; `umip` gives the real processor user-mode instruction prevention, which processes then cannot pass.

    Without it a process, since it runs directly, sees the monitor's tables by SGDT, SIDT, SLDT and STR.
    """
    base = trap_and_emulate(umip=umip)
    return Monitor("binary translation", partial(_start, base), run_one)


def _start(base: Monitor[TrapAndEmulate], guest: Cpu) -> TranslatedVm:
    vm = base.start(guest)
    return Vm(vm.guest, vm.real, Translator(TranslationCache(), vm.monitor))


def run_one(vm: TranslatedVm) -> Happenings:
    """One instruction of the guest, or one interrupt; before it, what it takes to find its translation."""
    guest = vm.guest
    if guest.halted or guest.shutdown or due(vm.real) is not None or due(guest) is not None:
        yield from _placed(vm, _directly(vm), None, 0)
    elif not translatable(guest):
        as_real = guest.cpl == 3 and guest.eflags & IF and not guest.iopl
        yield from _placed(vm, _directly(vm) if as_real else _emulated(vm, "interpreted"), None, 0)
    else:
        try:
            for happening in _found(vm):
                yield happening
                vm = happening.vm
        except (Fault, NoCode):
            yield from _placed(vm, _emulated(vm, "interpreted"), None, 0)
        else:
            yield from _line(vm)


def _found(vm: TranslatedVm) -> Happenings:
    """Enter the unit at EIP, along a patched exit or through the dispatcher, unless the guest is in one already."""
    cache, eip = vm.monitor.cache, vm.guest.eip
    if cache.at is not None:
        return
    if (unit := cache.chained) is not None:
        yield _said(_with(vm, cache.enter(unit)), "chained", eip)
        return
    _, key = key_at(vm.guest)
    looked = _said(_with(vm, cache.found(vm.guest, key)), "look-up", eip)
    yield looked
    vm, cache = looked.vm, looked.vm.monitor.cache
    unit = cache.units.get(key)
    kind, words = "hit", [eip]
    if unit is None:
        cache, unit = cache.translate(vm.guest)
        kind, words = "translation", [eip, len(unit)]
    left = cache.left
    if left is not None:
        made = _said(_with(vm, cache), kind, *words)
        yield made
        yield _said(_with(made.vm, cache.patch(key).enter(unit)), "patched", left[0].eip, eip)
    else:
        yield _said(_with(vm, cache.enter(unit)), kind, *words)


def _line(vm: TranslatedVm) -> Happenings:
    """The line of the unit that comes next."""
    assert vm.monitor.cache.at is not None, "a unit has been entered"
    unit, number = vm.monitor.cache.at
    line = unit.lines[number]
    moves = _directly(vm, line) if line.treatment is Treatment.IDENT else _emulated(vm, line.treatment.value)
    for happening in _placed(vm, moves, unit, number):
        adapted = False
        if happening.kind == "traced-write" and line.treatment is Treatment.IDENT:
            cache, adapted = happening.vm.monitor.cache.trapped(physical_addresses(unit)[number])
            happening = replace(happening, vm=_with(happening.vm, cache))
        yield happening
        if adapted:
            yield _said(happening.vm, "adapted", line.instruction, line.eip)


def _directly(vm: TranslatedVm, line: Line | None = None) -> Happenings:
    """On the real processor; what traps there is the business of the monitor below."""
    ring = vm.real.cpl
    for below in _RUNS.advance(Vm(vm.guest, vm.real, vm.monitor.base)):
        vm = Vm(below.vm.guest, below.vm.real, replace(vm.monitor, base=below.vm.monitor), vm.counts)
        if below.kind == "direct" and line is not None:
            happening = _said(vm, "ident", line.instruction, line.eip, ring)
        else:
            happening = vm.happens(below.kind, below.say)
        yield happening
        vm = happening.vm


def _emulated(vm: TranslatedVm, kind: str) -> Happenings:
    """On the virtual processor; then the shadows follow, and the real processor is loaded anew."""
    ring = vm.real.cpl
    for stepped in advance(logged(vm.guest)):
        before, (guest, written) = vm.guest, unlogged(stepped.cpu)
        base, memory = vm.monitor.base.follow(before, guest, written, vm.real.memory)
        vm = Vm(guest, real_state(guest, base, memory), replace(vm.monitor, base=base), vm.counts)
        if stepped.kind == "executed":
            happening = _said(vm, kind, stepped.subject, before.eip, ring)
        else:
            happening = vm.happens(stepped.kind, partial(sentence, stepped, before))
        yield happening
        vm = happening.vm


def _placed(vm: TranslatedVm, happenings: Happenings, unit: Unit | None, number: int) -> Happenings:
    """The same happenings, each with the place in the cache where it leaves the guest."""
    for happening in happenings:
        cache, before, guest = happening.vm.monitor.cache, vm.guest, happening.vm.guest
        if guest is not before:
            cache = _after(cache.follow(guest), guest, unit, number)
        yield replace(happening, vm=_with(happening.vm, cache))


def _after(cache: TranslationCache, guest: Cpu, unit: Unit | None, number: int) -> TranslationCache:
    if unit is None or cache.at is None or guest.halted or not translatable(guest):
        return cache.outside()
    if number + 1 < len(unit):
        inside = guest.eip == unit.lines[number].after
        return replace(cache, at=(unit, number + 1)) if inside else cache.outside()
    return cache.outside((unit.key, guest.eip) if guest.eip in unit.exits else None)


def _with(vm: TranslatedVm, cache: TranslationCache) -> TranslatedVm:
    return vm if cache is vm.monitor.cache else replace(vm, monitor=replace(vm.monitor, cache=cache))


def _said(vm: TranslatedVm, kind: str, *words: object) -> Happening[Translator]:
    return vm.happens(kind, partial(SENTENCES[kind].format, *words))


BINARY_TRANSLATION = binary_translation()
