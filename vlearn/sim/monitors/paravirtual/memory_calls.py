"""The hypercalls about page tables and the GDT: each update is checked, in order, up to the first that is refused.

Each checked update is an event, `validated` or `refused` with the reason. Before any of them, a table that is out of
use is put back (see `writable`).
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TypeAlias

from vlearn.sim.monitors.paravirtual.accounts import Paging, Refused, owned
from vlearn.sim.monitors.paravirtual.crossing import GuestLost, read_guest, write_guest
from vlearn.sim.monitors.paravirtual.domain import Domain, Pv, paging, with_paging
from vlearn.sim.monitors.paravirtual.interface import DOMID_SELF, EINVAL, ENOSYS, EPERM, MMUEXT, XEN_START
from vlearn.sim.monitors.paravirtual.layout import GDT, ZERO_FRAME, map_monitor
from vlearn.sim.monitors.paravirtual.updates import new_base, new_gdt, pin, unpin, update, update_mapping
from vlearn.sim.monitors.paravirtual.validation import check_descriptor
from vlearn.sim.monitors.paravirtual.writable import settle
from vlearn.sim.monitors.vm import Happening

Arguments: TypeAlias = tuple[int, ...]
Answer: TypeAlias = Generator[Happening[Domain], None, tuple[Pv, int]]
MOST_GDT_ENTRIES = 14 * 512
_COMMANDS = {number: name for name, number in MMUEXT.items()}


def settled_tables(vm: Pv) -> Generator[Happening[Domain], None, Pv]:
    """The machine with no table out of use. Raises GuestLost if what the guest has written there is refused."""
    unhooked = vm.monitor.unhooked
    if unhooked is None:
        return vm
    done = settle(paging(vm), unhooked)
    vm = with_paging(vm, done.paging)
    vm = replace(vm, monitor=replace(vm.monitor, unhooked=None))
    text = (
        f"the page table in frame {unhooked.frame:#x} is read-only again; of its entries, {done.changed} have changed"
    )
    happening = vm.happens("revalidated", lambda: f"{text} and been checked; it is back in use")
    yield happening
    if done.refused:
        raise GuestLost(f"{done.refused}; nobody waits for an error, so the guest is ended")
    return happening.vm


def batch(vm: Pv, arguments: Arguments, words: int, each: Callable[[Pv, tuple[int, ...]], tuple[Pv, str]]) -> Answer:
    """A list of requests, one after another up to the first refused; how many were done is written where EDX says."""
    at, count, done_at, foreign = arguments[:4]
    if foreign != DOMID_SELF:
        raise Refused("only a privileged guest may change the tables of another", EPERM)
    vm = yield from settled_tables(vm)
    done, result = 0, 0
    try:
        while done < count:
            request = read_guest(vm.real, at + 4 * words * done, words)
            after, text = each(vm, request)
            happening = after.happens("validated", lambda text=text: text)  # type: ignore[misc]
            yield happening
            vm, done = happening.vm, done + 1
    except Refused as refused:
        result = -refused.error
        reason = f"update {done + 1} of {count} is refused: {refused.reason}"
        happening = vm.happens("refused", lambda: reason)
        yield happening
        vm = happening.vm
    if done_at:
        try:
            vm = replace(vm, real=write_guest(vm.real, done_at, (done,)))
        except Refused as refused:
            result = -refused.error
    return vm, result


def mmu_update(vm: Pv, arguments: Arguments) -> Answer:
    """Pairs of the physical address of an entry, and its new value."""
    return (yield from batch(vm, arguments, 2, _update))


def _update(vm: Pv, request: tuple[int, ...]) -> tuple[Pv, str]:
    at, value = request
    after = with_paging(vm, update(paging(vm), at, value))
    return after, f"frame {at >> 12:#x}, entry {at >> 2 & 0x3FF:#x} becomes {value:#x}"


def mmuext_op(vm: Pv, arguments: Arguments) -> Answer:
    """Triples of a command and two arguments."""
    return (yield from batch(vm, arguments, 3, _extended))


def _extended(vm: Pv, request: tuple[int, ...]) -> tuple[Pv, str]:
    command, argument, _ = request
    accounts = paging(vm)
    match _COMMANDS.get(command):
        case "PIN_L1_TABLE":
            return with_paging(vm, pin(accounts, argument, "l1")), f"frame {argument:#x} is pinned as a page table"
        case "PIN_L2_TABLE":
            return with_paging(vm, pin(accounts, argument, "l2")), f"frame {argument:#x} is pinned as a page directory"
        case "UNPIN_TABLE":
            return with_paging(vm, unpin(accounts, argument)), f"frame {argument:#x} is no longer pinned"
        case "NEW_BASEPTR":
            return with_base(vm, argument), f"CR3 becomes {argument << 12:#x}"
        case "TLB_FLUSH_LOCAL":
            return vm, "the TLB is flushed"
        case "INVLPG_LOCAL":
            return vm, f"the TLB forgets {argument:#x}"
        case _:
            raise Refused(f"the extended operation {command} is left out", ENOSYS)


def with_base(vm: Pv, frame: int) -> Pv:
    """Another directory, in the accounts and in the real CR3. Raises Refused if it is not one."""
    vm = with_paging(vm, new_base(paging(vm), vm.monitor.base, frame))
    return replace(vm, real=replace(vm.real, cr3=frame << 12), monitor=replace(vm.monitor, base=frame))


def update_va_mapping(vm: Pv, arguments: Arguments) -> Answer:
    """One entry, named by the linear address that it maps."""
    linear, value = arguments[:2]
    vm = yield from settled_tables(vm)
    if linear >= XEN_START:
        raise Refused(f"{linear:#x} is in the monitor's part of the address space")
    after = with_paging(vm, update_mapping(paging(vm), vm.monitor.base, linear, value))
    happening = after.happens("validated", lambda: f"the entry that maps {linear:#x} becomes {value:#x}")
    yield happening
    return happening.vm, 0


def set_gdt(vm: Pv, arguments: Arguments) -> Answer:
    """The guest's frames become pages 0 and on of the real GDT, in which the monitor's own page stays."""
    at, entries = arguments[:2]
    if not 0 < entries <= MOST_GDT_ENTRIES:
        raise Refused(f"a GDT of the guest has 1 to {MOST_GDT_ENTRIES} entries, not {entries}")
    frames = read_guest(vm.real, at, (entries + 511) // 512)
    old = vm.monitor.gdt
    vm = with_paging(vm, new_gdt(paging(vm), old, frames))
    memory = vm.real.memory
    first = GDT - XEN_START >> 12
    for page in range(14):
        memory = map_monitor(memory, first + page, frames[page] if page < len(frames) else ZERO_FRAME)
    vm = replace(vm, real=vm.real.set_memory(memory), monitor=replace(vm.monitor, gdt=frames))
    happening = vm.happens("validated", lambda: f"the GDT lies in {', '.join(f'frame {f:#x}' for f in frames)}")
    yield happening
    return happening.vm, 0


def update_descriptor(vm: Pv, arguments: Arguments) -> Answer:
    """One entry of a frame that may be part of the GDT, by physical address; the value comes in two dwords."""
    address, high, low_word, high_word = arguments[:4]
    if high or address & 7:
        raise Refused(f"{high << 32 | address:#x} is no address of a descriptor")
    check_descriptor(high_word << 32 | low_word)
    accounts, frame, index = paging(vm), address >> 12, address >> 2 & 0x3FF
    after = with_paging(vm, _described(accounts, frame, index, (low_word, high_word)))
    happening = after.happens(
        "validated", lambda: f"the descriptor at {address:#x} becomes {high_word:08x}{low_word:08x}"
    )
    yield happening
    return happening.vm, 0


def _described(accounts: Paging, frame: int, index: int, words: tuple[int, int]) -> Paging:
    page = owned(accounts, frame)
    if page.uses and page.type not in ("descriptors", "writable"):
        raise Refused(f"frame {frame:#x} is in use as a table of pages", EINVAL)
    return accounts.with_entry(frame, index, words[0]).with_entry(frame, index + 1, words[1])
