"""A domain that does what a test says: hypercalls with arguments of its own, stores, loads."""

from dataclasses import replace

from vlearn.sim.cpu import assemble
from vlearn.sim.cpu.paging import write_physical
from vlearn.sim.monitors.guests.loader import loaded_by_multiboot
from vlearn.sim.monitors.paravirtual import BY_NAME, SYMBOLS, build, exposed, kept, recount, run_paravirtual

REQUESTS = 0x8000
PROGRAM = assemble(
    "hypercall: int XEN\nstore: mov [edi], eax\nload: mov eax, [edi]\nuser: int 0x80\nhandler: nop", 0x4000, SYMBOLS
)
ARGUMENTS = ("ebx", "ecx", "edx", "esi", "edi")
NUMBERS = {name: n for n, name in enumerate(("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"))}


def domain(**options):
    vm = build(loaded_by_multiboot(PROGRAM), **options)
    return at(vm, "hypercall", esp=0x9000)


def at(vm, label, **registers):
    real = vm.real.jump(PROGRAM.labels[label])
    for name, value in registers.items():
        real = real.set_register(NUMBERS[name], value)
    return replace(vm, real=real)


def step(vm):
    """The kinds of what happens in one step, the machine after it, and the sentences."""
    happenings = list(run_paravirtual(vm))
    return [h.kind for h in happenings], happenings[-1].vm, [h.say() for h in happenings]


def ask(vm, name, *arguments):
    """A hypercall: its signed result, and what `step` returns."""
    number = BY_NAME[name].number if isinstance(name, str) else name
    vm = at(vm, "hypercall", eax=number, **dict(zip(ARGUMENTS, arguments, strict=False)))
    kinds, vm, sentences = step(vm)
    result = vm.real["eax"]
    return (result - (1 << 32) if result >> 31 else result), kinds, vm, sentences


def with_words(vm, words, address=REQUESTS):
    memory = vm.real.memory
    for n, word in enumerate(words):
        memory = write_physical(memory, address + 4 * n, 4, word)
    return replace(vm, real=vm.real.set_memory(memory))


def update(vm, *pairs, done=0):
    """mmu_update with pairs of (frame, index, entry)."""
    words = [word for frame, index, entry in pairs for word in (frame << 12 | index << 2, entry)]
    return ask(with_words(vm, words), "mmu_update", REQUESTS, len(pairs), done, 0x7FF0)


def extended(vm, command, argument=0):
    return ask(with_words(vm, (SYMBOLS[f"MMUEXT_{command}"], argument, 0)), "mmuext_op", REQUESTS, 1, 0, 0x7FF0)


def sound(vm):
    """Nothing is exposed, and the accounts are what a count from scratch finds."""
    assert exposed(vm) == ()
    assert recount(vm) == kept(vm)
    assert all(page.references >= 1 and page.uses >= 0 for page in vm.monitor.pages.values())
    return True
