"""What a machine tells of a hypervisor beneath it, read from files such as Linux has on several machines."""

import pytest

from vlearn.lab import real_hypervisor
from vlearn.lab.real_hypervisor import CLUES, beneath, beneath_this_machine, clues

CPUINFO, CPUID, XEN, CLOCKS, VENDOR = (clue.file.removeprefix("/") for clue in CLUES)
GUEST, BARE = "processor\t: 0\nflags\t\t: fpu vmx hypervisor lm\n", "processor\t: 0\nflags\t\t: fpu vmx lm\n"


MACHINES = {
    "nothing": ({}, "Unknown"),
    "another processor": ({CPUINFO: "processor: 0\nFeatures: fp asimd\n"}, "Unknown"),
    "bare metal": ({CPUINFO: BARE, CLOCKS: "tsc hpet acpi_pm\n", VENDOR: "Dell Inc.\n"}, "No hypervisor says"),
    "a guest without a name": ({CPUINFO: GUEST, CLOCKS: "tsc\n", VENDOR: "A cloud\n"}, "Its name cannot be read"),
    "a guest of KVM": ({CPUINFO: GUEST, CLOCKS: "kvm-clock tsc\n"}, "It calls itself KVM."),
    "a guest of Xen": ({CPUINFO: GUEST, XEN: "xen\n", CLOCKS: "xen tsc\n"}, "It calls itself Xen."),
    "a guest of VMware": ({CPUINFO: GUEST, VENDOR: "VMware, Inc.\n"}, "It calls itself VMware."),
    "a guest of Hyper-V": ({CPUINFO: GUEST, CLOCKS: "hyperv_clocksource_tsc_page\n"}, "Microsoft Hyper-V."),
    "a guest that hides the flag": ({CPUINFO: BARE, CLOCKS: "kvm-clock tsc\n"}, "It calls itself KVM."),
}


@pytest.mark.parametrize(("files", "says"), MACHINES.values(), ids=MACHINES)
def test_the_verdict_says_no_more_than_the_files(tmp_path, files, says):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    sentence, table = beneath(tmp_path)
    assert says in sentence.markdown
    unread = sum(answer == "cannot be read here" for *_, answer in table.rows)
    assert unread >= len(CLUES) - len(files)


@pytest.mark.parametrize(
    ("said", "name"), [(b"KVMKVMKVM", "KVMKVMKVM"), (b"Microsoft Hv", "Microsoft Hv"), (b"", "no name")]
)
def test_the_name_is_read_from_its_leaf(monkeypatch, tmp_path, said, name):
    monkeypatch.setattr(real_hypervisor, "LEAF", 64)  # the real one would make the file a gigabyte long
    file = tmp_path / CPUID
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(64) + b"\x10\0\0\x40" + said.ljust(12, b"\0"))
    assert {clue.file: answer for clue, answer in clues(tmp_path)}[f"/{CPUID}"] == name


def test_the_machine_of_this_test_is_asked_without_a_traceback():
    shown = str(beneath_this_machine())
    assert all(clue.question in shown for clue in CLUES)
