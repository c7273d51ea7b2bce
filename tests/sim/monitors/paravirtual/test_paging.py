import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.monitors.paravirtual.asking import ask, at, domain, extended, sound, step, update, with_words
from vlearn.sim.monitors.paravirtual import SYMBOLS
from vlearn.sim.monitors.paravirtual.layout import (
    DIRECTORY_FRAME,
    MONITOR_FRAMES,
    NEIGHBOUR_FRAME,
    SHARED_FRAME,
    TABLE_FRAME,
)

EINVAL, EPERM, EFAULT, ENOSYS = -22, -1, -14, -38
DATA = 0x20


def table_at(vm, frame=DATA):
    """The machine with an empty page table in a frame, in use for 4 MiB from slot 1 on."""
    result, _, vm, _ = update(vm, (TABLE_FRAME, frame, frame << 12 | 1), (DIRECTORY_FRAME, 1, frame << 12 | 7))
    assert result == 0
    return vm


def test_a_new_domain_is_sound():
    assert sound(domain())


@pytest.mark.parametrize(
    ("entry", "result", "reason"),
    [
        (DATA << 12 | 3, 0, None),
        (DATA << 12 | 1, 0, None),
        (0, 0, None),
        (TABLE_FRAME << 12 | 1, 0, None),
        (TABLE_FRAME << 12 | 3, EINVAL, "is a page table"),
        (DIRECTORY_FRAME << 12 | 3, EINVAL, "is a page directory"),
        (NEIGHBOUR_FRAME << 12 | 1, EINVAL, "belongs to another guest"),
        (MONITOR_FRAMES[0] << 12 | 1, EINVAL, "belongs to the monitor"),
        (0x500 << 12 | 1, EINVAL, "there is no frame"),
        (DATA << 12 | 0x83, EINVAL, "PAT or G"),
    ],
)
def test_an_entry_is_accepted_or_refused_with_a_reason(entry, result, reason):
    got, kinds, vm, sentences = ask(domain(), "update_va_mapping", 0x21000, entry, 0)
    assert got == result
    assert kinds[1] == ("refused" if reason else "validated")
    assert not reason or reason in sentences[1]
    assert sound(vm)


def test_a_batch_stops_at_the_first_refused_update_and_says_how_many_were_done():
    pairs = [(TABLE_FRAME, 0x21, 0), (TABLE_FRAME, 0x22, 0), (TABLE_FRAME, 0x23, 0xFF003), (TABLE_FRAME, 0x24, 0)]
    result, kinds, vm, _ = update(domain(), *pairs, done=0x9000)
    assert (result, vm.real.memory[0x9000]) == (EINVAL, 2)
    assert kinds == ["hypercall", "validated", "validated", "refused", "return"]
    assert vm.real.memory.get(TABLE_FRAME << 12 | 0x22 << 2) == 0
    assert vm.real.memory.get(TABLE_FRAME << 12 | 0x24 << 2)
    assert sound(vm)


def test_a_frame_changes_its_type_only_when_nobody_uses_it():
    vm = domain()
    result, _, vm, sentences = extended(vm, "PIN_L1_TABLE", DATA)
    assert result == EINVAL
    assert "mapped writable (1 use)" in sentences[1]
    _, _, vm, _ = ask(vm, "update_va_mapping", DATA << 12, DATA << 12 | 1, 0)
    result, _, vm, _ = extended(vm, "PIN_L1_TABLE", DATA)
    assert result == 0
    assert vm.monitor.pages[DATA].pinned
    result, _, vm, _ = ask(vm, "update_va_mapping", DATA << 12, DATA << 12 | 3, 0)
    assert result == EINVAL
    result, _, vm, _ = extended(vm, "UNPIN_TABLE", DATA)
    assert (result, vm.monitor.pages[DATA].type) == (0, "none")
    assert ask(vm, "update_va_mapping", DATA << 12, DATA << 12 | 3, 0)[0] == 0
    assert sound(vm)


def test_a_table_that_maps_itself_writable_cannot_be_pinned():
    vm = with_words(domain(), [DATA << 12 | 3], DATA << 12)
    _, _, vm, _ = ask(vm, "update_va_mapping", DATA << 12, DATA << 12 | 1, 0)
    result, _, vm, sentences = extended(vm, "PIN_L1_TABLE", DATA)
    assert result == EINVAL
    assert "entry 0x0 of frame 0x20" in sentences[1]
    assert sound(vm)


def test_the_monitors_part_of_a_directory_is_not_for_the_guest():
    result, _, vm, _ = update(domain(), (DIRECTORY_FRAME, 1008, DATA << 12 | 7))
    assert result == EINVAL
    assert ask(vm, "update_va_mapping", 0xFC000000, DATA << 12 | 7, 0)[0] == EINVAL


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("mmu_update", (0x8000, 1, 0, 5), EPERM),
        ("mmu_update", (0x200000, 1, 0, 0x7FF0), EFAULT),
        ("mmu_update", (0xFC000000, 1, 0, 0x7FF0), EFAULT),
        (99, (), ENOSYS),
        ("sched_op", (7,), ENOSYS),
        ("vm_assist", (0, 9), ENOSYS),
        ("set_gdt", (0x8000, 0), EINVAL),
        ("xen_version", (0,), 0x30000),
    ],
)
def test_results_and_errors_have_xens_numbers(name, arguments, result):
    assert ask(domain(), name, *arguments)[0] == result


@pytest.mark.parametrize(
    ("descriptor", "result"),
    [
        (0x00CF_BB00_0000_FFFF, EINVAL),  # its limit reaches the monitor
        (0x00CF_9B00_0000_0FFF, EINVAL),  # DPL 0
        (0x0040_8900_0000_0067, EINVAL),  # a TSS
        (0x0040_BB00_0000_0FFF, 0),
        (0x0008_EC00_0009_4000, 0),  # a call gate to ring 1
        (0x0000_EC00_0008_4000, EINVAL),  # a call gate to ring 0
        (0, 0),
    ],
)
def test_descriptors_that_would_give_ring_0_or_the_monitor_are_refused(descriptor, result):
    vm = domain()
    _, _, vm, _ = ask(vm, "update_va_mapping", DATA << 12, DATA << 12 | 1, 0)
    result_of_set, _, vm, _ = ask(with_words(vm, [DATA]), "set_gdt", 0x8000, 512)
    assert result_of_set == 0
    low, high = descriptor & 0xFFFF_FFFF, descriptor >> 32
    assert ask(vm, "update_descriptor", DATA << 12 | 8, 0, low, high)[0] == result
    assert ask(vm, "update_va_mapping", DATA << 12, DATA << 12 | 3, 0)[0] == EINVAL
    assert sound(vm)


def test_a_multicall_answers_each_of_its_calls():
    calls = [17, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0x21000, 0xFF003, 0, 0, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0]
    result, kinds, vm, _ = ask(with_words(domain(), calls), "multicall", 0x8000, 3)
    assert result == 0
    answers = [vm.real.memory[0x8000 + 32 * n + 4] for n in range(3)]
    assert answers == [0x30000, EINVAL & 0xFFFF_FFFF, ENOSYS & 0xFFFF_FFFF]
    assert "refused" in kinds


@pytest.mark.parametrize("stores", ["bounce", "emulate", "unhook"])
def test_without_assistance_a_store_to_a_table_is_the_guests_own_fault(stores):
    kinds, vm, _ = step(at(domain(stores=stores), "store", edi=TABLE_FRAME << 12, eax=0))
    assert kinds == ["trap", "shutdown"]
    assert "no handler" in vm.monitor.ended


def assisted(stores):
    _, _, vm, _ = ask(domain(stores=stores), "vm_assist", 0, SYMBOLS["VMASST_writable_pagetables"])
    return table_at(vm)


def test_an_emulated_store_is_one_checked_update():
    vm = assisted("emulate")
    kinds, vm, _ = step(at(vm, "store", edi=DATA << 12, eax=0x30003))
    assert kinds == ["trap", "validated", "return"]
    assert (vm.real["eip"], vm.real.memory[DATA << 12]) == (at(vm, "load").real["eip"], 0x30003)
    kinds, vm, _ = step(at(vm, "store", edi=DATA << 12, eax=0xFF003))
    assert kinds == ["trap", "refused", "shutdown"]
    assert vm.real.memory[DATA << 12] == 0x30003
    assert sound(vm)


def test_a_writable_table_goes_out_of_use_and_comes_back_checked():
    vm = assisted("unhook")
    order = []
    for action, address, value in [("store", 0, 0x30003), ("store", 4, 0x31003), ("load", 0x400000, 0)]:
        address = address or DATA << 12
        for _ in range(2):
            kinds, vm, _ = step(at(vm, action, edi=address + (DATA << 12 if address == 4 else 0), eax=value))
            order += kinds
            assert sound(vm)
    assert order[:3] == ["trap", "unhooked", "return"]
    assert order.count("unhooked") == order.count("revalidated") == 1
    assert order.index("revalidated") > order.index("direct")
    assert vm.monitor.unhooked is None


def test_a_guest_that_writes_what_it_may_not_have_into_a_table_out_of_use_is_ended():
    vm = assisted("unhook")
    for _ in range(2):
        _, vm, _ = step(at(vm, "store", edi=DATA << 12, eax=TABLE_FRAME << 12 | 3))
    kinds, vm, _ = step(at(vm, "load", edi=0x400000))
    assert kinds == ["trap", "revalidated", "shutdown"]
    assert "nobody waits for an error" in vm.monitor.ended
    assert sound(vm)


FRAMES = (*range(0x20, 0x25), DIRECTORY_FRAME, TABLE_FRAME, SHARED_FRAME, NEIGHBOUR_FRAME, MONITOR_FRAMES[2])
frames = st.sampled_from((*FRAMES[:5], *FRAMES))
indices = st.sampled_from((0, 1, 2, *range(0x20, 0x25), 1008, 1023))
flags = st.sampled_from((0, 1, 1, 3, 7, 0x61, 0x67, 0x83))
entry = st.builds(lambda frame, flag: frame << 12 | flag if flag else 0, frames, flags)
own_mapping = st.builds(
    lambda frame, flag: ("va", frame << 12, frame << 12 | flag if flag else 0),
    st.sampled_from(FRAMES[:5]),
    st.sampled_from((0, 1, 1, 3)),
)
requests = st.one_of(
    own_mapping,
    own_mapping,
    st.tuples(st.just("mmu"), frames, indices, entry),
    st.tuples(st.just("mmu"), st.just(DIRECTORY_FRAME), st.sampled_from((1, 2)), entry),
    st.tuples(st.just("va"), indices.map(lambda n: n << 12), entry),
    st.tuples(st.sampled_from(("PIN_L1_TABLE", "PIN_L1_TABLE", "PIN_L2_TABLE", "UNPIN_TABLE", "NEW_BASEPTR")), frames),
    st.tuples(st.just("gdt"), frames),
    st.tuples(st.just("store"), frames, indices, entry),
    st.tuples(st.just("load"), st.sampled_from((0x400000, 0x800000, 0x420000))),
)


def repeated(vm, label, **registers):
    """An instruction, and once more if the monitor lets it try again."""
    kinds, vm, _ = step(at(vm, label, **registers))
    assert sound(vm)
    return (
        step(at(vm, label, **registers))[1] if {"unhooked", "revalidated"} & set(kinds) and not vm.monitor.ended else vm
    )


def do(vm, request):
    match request:
        case ("va", linear, value):
            return ask(vm, "update_va_mapping", linear, value, 0)[2]
        case ("mmu", frame, index, value):
            return update(vm, (frame, index, value))[2]
        case ("gdt", frame):
            return ask(with_words(vm, [frame]), "set_gdt", 0x8000, 512)[2]
        case ("store", frame, index, value):
            return repeated(vm, "store", edi=frame << 12 | index << 2, eax=value)
        case ("load", linear):
            return repeated(vm, "load", edi=linear)
        case (command, frame):
            return extended(vm, command, frame)[2]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(("bounce", "emulate", "unhook")), st.lists(requests, min_size=1, max_size=14))
def test_whatever_a_guest_asks_for_no_table_is_writable_and_every_count_is_true(stores, asked):
    vm = domain(stores=stores)
    if stores != "bounce":
        vm = assisted(stores)
    for request in asked:
        vm = do(vm, request)
        assert sound(vm)
        if vm.monitor.ended:
            break


into_table = st.tuples(st.just("store"), st.just(DATA), st.sampled_from((0, 1, 2, 0x20)), entry)
use = st.tuples(st.just("load"), st.sampled_from((0x400000, 0x401000, 0x420000)))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(("emulate", "unhook")), st.lists(st.one_of(into_table, into_table, use, requests), max_size=12))
def test_nor_is_one_that_is_written_by_ordinary_stores(stores, asked):
    vm = assisted(stores)
    for request in asked:
        vm = do(vm, request)
        assert sound(vm)
        if vm.monitor.ended:
            break
