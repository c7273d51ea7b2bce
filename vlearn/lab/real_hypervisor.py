"""What this machine tells of a hypervisor beneath it: five places in which Linux says something, read as any user may.

All of it is what the hypervisor, or its firmware, chose to say: one that hides itself is not found here, and nothing is
said of systems other than Linux. Sources: Intel SDM vol. 2A, CPUID leaf 1, ECX bit 31, which no bare processor sets;
Linux, Documentation/virt/kvm/x86/cpuid.rst and Documentation/ABI/stable/sysfs-hypervisor-xen; Microsoft, Hypervisor Top
Level Functional Specification, leaf 0x40000000.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vlearn.blocks import Block, Table, Text
from vlearn.lab.shown import Shown, show

LEAF = 0x4000_0000
"""The CPUID leaf whose EBX, ECX and EDX spell the hypervisor's name."""
NAMES = {
    "KVM": ("KVMKVMKVM", "kvm"),
    "Xen": ("XenVMMXenVMM", "xen"),
    "Microsoft Hyper-V": ("Microsoft Hv", "hyperv"),
    "VMware": ("VMwareVMware", "vmware"),
    "VirtualBox": ("VBoxVBoxVBox", "virtualbox", "innotek"),
    "bhyve": ("bhyve bhyve", "bhyve"),
    "QEMU without KVM": ("TCGTCGTCGTCG",),
}
"""How each spells itself: its signature in CPUID, and words in what firmware and clocks are called."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A question, the file that answers it, and how the answer is read; the reader may raise OSError."""

    question: str
    file: str
    read: Callable[[Path], str]


def clues(root: Path = Path("/")) -> tuple[tuple[Clue, str | None], ...]:
    """Each of CLUES with its answer; None where it cannot be read."""
    return tuple((clue, _answer(clue, root)) for clue in CLUES)


def beneath(root: Path = Path("/")) -> tuple[Block, ...]:
    """What the machine says, as a sentence and a table."""
    found = clues(root)
    rows = tuple((clue.question, clue.file, "cannot be read here" if said is None else said) for clue, said in found)
    return Text(verdict(found)), Table(("Question", "Asked of", "Answer"), rows)


def verdict(found: tuple[tuple[Clue, str | None], ...]) -> str:
    """What the answers amount to, no more than they say."""
    flag = found[0][1]
    words = " ".join(said for _, said in found[1:] if said).lower()
    named = [name for name, spelled in NAMES.items() if any(word.lower() in words for word in spelled)]
    if flag == "yes" or named:
        name = f"It calls itself {' and '.join(named)}." if named else "Its name cannot be read here."
        return f"This machine is a guest: there is a hypervisor beneath it. {name}"
    if flag is None:
        return "Unknown: this machine tells nothing of a hypervisor. It may not be Linux, or not an x86."
    return "No hypervisor says that it is there: this is bare metal, or one that hides itself."


def beneath_this_machine() -> Shown:
    """The same for the machine that runs this notebook."""
    return show(beneath())


def _answer(clue: Clue, root: Path) -> str | None:
    try:
        return clue.read(root / clue.file.removeprefix("/"))
    except OSError:
        return None


def _flag(file: Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), None)
    if flags is None:
        raise OSError(f"{file} lists no flags")
    return "yes" if "hypervisor" in flags else "no"


def _name(file: Path) -> str:
    with file.open("rb") as leaves:
        leaves.seek(LEAF)
        said = leaves.read(16)[4:].decode("ascii", "replace").rstrip("\0")
    return said or "no name"


def _line(file: Path) -> str:
    return " ".join(file.read_text(encoding="utf-8", errors="replace").split())


CLUES = (
    Clue("Does CPUID say that there is one?", "/proc/cpuinfo", _flag),
    Clue("Its name in CPUID leaf 0x40000000?", "/dev/cpu/0/cpuid", _name),
    Clue("Its kind, as Xen says it?", "/sys/hypervisor/type", _line),
    Clue("Which clocks are there?", "/sys/devices/system/clocksource/clocksource0/available_clocksource", _line),
    Clue("Who made the machine, by its firmware?", "/sys/class/dmi/id/sys_vendor", _line),
)
