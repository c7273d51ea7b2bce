"""A VMCS: the values of its fields, its launch state, and the pages of bitmaps that its addresses lead to.

A real one lies in memory in a format that only the processor knows, so software gets at it by VMREAD and VMWRITE alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from immutables import Map

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.monitors.hardware.controls import CONTROLS, NO_BITMAPS, SECONDARY, Bitmaps, Settings, control_words
from vlearn.sim.monitors.hardware.fields import FIELDS
from vlearn.sim.monitors.vm import RAM

REVISION = 1
"""The VMCS revision identifier of this processor, which the first word of a VMCS has to name."""
NO_LINK = (1 << 64) - 1
VMXON_REGION, VMCS_REGION, BITMAPS_AT, EPT_AT = (RAM + 0x1000 * n for n in (0, 1, 2, 5))
"""Where the monitor keeps what VMX needs of it: above the guest's memory."""
NO_VALUES: Map[str, int] = Map()


@dataclass(frozen=True, slots=True)
class Vmcs:
    """One virtual processor's control structure; `vmcs["Guest RIP"]` reads a field, which is 0 until it is written."""

    values: Map[str, int] = NO_VALUES
    launched: bool = False
    revision: int = REVISION
    bitmaps: Bitmaps = NO_BITMAPS

    def __getitem__(self, name: str) -> int:
        """The value of a field."""
        _known(name)
        return self.values.get(name, 0)

    def write(self, values: Mapping[str, int]) -> "Vmcs":
        """With other values in some fields. Raises ModelError for a value wider than its field."""
        for name, value in values.items():
            _known(name)
            if value >> FIELDS[name].bits:
                raise ModelError(f"{name} has {FIELDS[name].bits} bits; {value:#x} does not fit")
        return replace(self, values=self.values.update(values))

    def on(self, control: str) -> bool:
        """Whether a control is in force: a secondary one counts only where the secondary controls are activated."""
        if control not in CONTROLS:
            raise ModelError(f"no VM-execution control is called {control!r}{did_you_mean(control, CONTROLS)}")
        known = CONTROLS[control]
        if known.field == SECONDARY and not self.on("Activate secondary controls"):
            return False
        return bool(self.values.get(known.field, 0) >> known.position & 1)

    def turn(self, control: str, on: bool) -> "Vmcs":
        """With one control set or cleared."""
        known = CONTROLS[control]
        word = self[known.field] & ~(1 << known.position) | on << known.position
        return self.write({known.field: word})

    @property
    def cr3_targets(self) -> tuple[int, ...]:
        """The CR3-target values that count."""
        return tuple(self[f"CR3-target value {n}"] for n in range(min(4, self["CR3-target count"])))


def configured(settings: Settings, vmcs: Vmcs = Vmcs()) -> Vmcs:
    """A VMCS with the control fields that these settings mean; bitmaps and EPT get addresses of the monitor's."""
    return replace(vmcs, bitmaps=settings.bitmaps).write(
        {
            **control_words(settings.controls),
            "Exception bitmap": sum(1 << vector for vector in settings.exceptions),
            "CR3-target count": len(settings.cr3_targets),
            **{f"CR3-target value {n}": value for n, value in enumerate(settings.cr3_targets)},
            "CR0 guest/host mask": settings.cr0_mask,
            "CR4 guest/host mask": settings.cr4_mask,
            "Address of I/O bitmap A": BITMAPS_AT,
            "Address of I/O bitmap B": BITMAPS_AT + 0x1000,
            "Address of MSR bitmaps": BITMAPS_AT + 0x2000,
            "EPT pointer": EPT_AT | 3 << 3 | 6,  # four levels, write-back
            "Virtual-processor identifier (VPID)": 1,
            "VMCS link pointer": NO_LINK,
        }
    )


def _known(name: str) -> None:
    if name not in FIELDS:
        raise ModelError(f"the VMCS has no field {name!r}{did_you_mean(name, FIELDS)}")
