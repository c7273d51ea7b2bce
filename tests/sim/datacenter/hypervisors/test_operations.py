import pytest

from vlearn.errors import ModelError
from vlearn.sim.datacenter.hypervisors.following import followed
from vlearn.sim.datacenter.hypervisors.kinds import (
    BARE,
    HOSTED,
    IN_KERNEL,
    KINDS,
    MICROVM,
    SERVICE_DOMAIN,
    TYPE_1,
    trip,
)
from vlearn.sim.datacenter.hypervisors.operations import DEVICES, LACKS, OPERATIONS, operation
from vlearn.sim.devices.drivers import read_sector
from vlearn.sim.devices.emulated import Emulated, emulate
from vlearn.sim.devices.ways import WAYS, count
from vlearn.sim.monitors.paths import HYPERVISORS, path
from vlearn.trace import run

EVERY = [
    (name, what, device)
    for name in (BARE, *KINDS)
    for what in OPERATIONS
    for device in DEVICES
    if (name, device) not in LACKS
]
COUNTS = [  # kind, operation, device: ring switches, exits, entries, world switches, copies by guest and host
    (BARE, "disk read", "paravirtual", 2, 0, 0, 0, 1, 0),
    (TYPE_1, "disk read", "paravirtual", 2, 1, 1, 0, 1, 0),
    (SERVICE_DOMAIN, "disk read", "paravirtual", 2, 1, 1, 4, 1, 0),
    (HOSTED, "disk read", "paravirtual", 6, 1, 1, 2, 1, 1),
    (IN_KERNEL, "disk read", "paravirtual", 6, 1, 1, 0, 1, 1),
    (MICROVM, "disk read", "paravirtual", 6, 1, 1, 0, 1, 1),
    (IN_KERNEL, "disk read", "passed through", 2, 0, 0, 0, 1, 0),
    (TYPE_1, "disk read", "emulated", 2, 263, 263, 0, 1, 1),
    (SERVICE_DOMAIN, "disk read", "emulated", 2 + 526 + 2, 263, 263, 526, 1, 2),
    (IN_KERNEL, "disk read", "emulated", 2 + 526 + 2, 263, 263, 0, 1, 2),
    (IN_KERNEL, "packet sent", "emulated", 2 + 6 + 2, 3, 3, 0, 1, 1),
    (HOSTED, "packet sent", "emulated", 2 + 6 + 2, 3, 3, 6, 1, 1),
    (SERVICE_DOMAIN, "packet sent", "paravirtual", 2, 1, 1, 4, 1, 1),
]


@pytest.mark.parametrize(("name", "what", "device", "ring", "exits", "entries", "worlds", "guest", "host"), COUNTS)
def test_switches_and_copies(name, what, device, ring, exits, entries, worlds, guest, host):
    found = operation(name, what, device)
    kinds = [found.count(kind) for kind in ("ring", "exit", "entry", "world")]
    assert kinds == [ring, exits, entries, worlds]
    assert (found.guest_copies, found.host_copies) == (guest, host)


@pytest.mark.parametrize(("name", "what", "device"), EVERY)
def test_every_path_leaves_the_process_and_comes_back(name, what, device):
    found = operation(name, what, device)
    assert found.legs[-1].visits[-1].layer == "guest process"
    assert found.count("exit") == found.count("entry")
    assert found.count() == sum(found.count(kind) for kind in ("ring", "exit", "entry", "world"))
    final = followed(found).final
    assert (final.switches, final.exits) == (found.count(), found.count("exit"))
    assert (final.layer, final.copies) == ("guest process", found.guest_copies + found.host_copies)
    assert final.reached == sum(len(leg.visits) for leg in found.legs)


@pytest.mark.parametrize("name", HYPERVISORS)
def test_the_round_trip_is_the_one_of_chapter_3(name):
    visits = [visit for leg in operation(name, "disk read", "emulated").legs[:2] for visit in leg.visits]
    assert visits[1:] == list(HYPERVISORS[name].visits[2:-1]) == list(trip(name))


@pytest.mark.parametrize("name", KINDS)
def test_packets_enter_the_hypervisor_and_are_copied_as_chapter_7_counts(name):
    for way, device in zip(WAYS, DEVICES, strict=True):
        assert DEVICES[device] == way
        if (name, device) not in LACKS:
            found, expected = operation(name, "packet sent", device), count(way, 1)
            assert (found.count("exit"), found.host_copies) == (expected.entries, expected.copies)


def test_under_xen_an_access_wakes_and_leaves_qemu_by_dom0s_kernel():
    assert [(visit.who, visit.entry) for visit in trip(SERVICE_DOMAIN)] == [
        ("Xen", "VM exit"),
        ("Dom0", "event"),
        ("QEMU", "return"),
        ("Dom0", "system call"),
        ("Xen", "hypercall"),
        ("driver", "VM entry"),
    ]


def test_an_emulated_read_exits_as_often_as_the_emulated_disk_does():
    exits = run(emulate, Emulated(), read_sector(0)).final.exits
    assert operation(IN_KERNEL, "disk read", "emulated").count("exit") == exits == 263


@pytest.mark.parametrize("name", [BARE, *KINDS])
def test_a_system_call_reaches_no_monitor_as_chapter_5_runs_it(name):
    found = operation(name, "system call")
    expected = path("bare metal" if name == BARE else "VT-x", "system call")
    assert (found.count("exit"), found.count()) == (expected.monitor_entries, expected.crossings) == (0, 2)


def test_a_read_step_by_step():
    trace = followed(operation(IN_KERNEL, "disk read"))
    assert trace.kinds == ("ring", "exit", "ring", "ring", "ring", "ring", "copy", "entry", "copy", "ring")
    repeated = followed(operation(IN_KERNEL, "disk read", "emulated"))
    assert repeated.kinds.count("again") == 2
    assert len(repeated) < 30


@pytest.mark.parametrize(("name", "what", "device"), EVERY)
def test_who_copies_has_the_processor_unless_words_are_copied_one_by_one(name, what, device):
    last = None
    for step in followed(operation(name, what, device)).steps:
        if step.event.kind == "copy" and last != "again":
            assert (step.state.layer == "guest kernel") == step.event.text.startswith("the guest")
        last = step.event.kind


REFUSED = [
    (lambda: operation("KVM", "disk read"), "no kind of hypervisor 'KVM'"),
    (lambda: operation(IN_KERNEL, "disk reed"), "did you mean 'disk read'"),
    (lambda: operation(IN_KERNEL, "disk read", "emulate"), "did you mean 'emulated'"),
    (lambda: operation(MICROVM, "disk read", "emulated"), "Firecracker has no device that is emulated"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
