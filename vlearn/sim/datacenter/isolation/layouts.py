"""Three applications, by the way in which they are kept apart: on bare metal, in virtual machines, in containers."""

from vlearn.sim.datacenter.isolation.faults import Layout, Part

APPLICATIONS = ("shop", "mail", "wiki")
_KERNEL = Part("kernel", "kernel", "machine")
_MACHINE = Part("machine", "machine")


def _each(*kinds: str, on: str) -> tuple[Part, ...]:
    """For each application a pile of such parts on a common one, the application on top."""
    piles = []
    for application in APPLICATIONS:
        beneath = on
        for kind in kinds:
            piles.append(Part(f"{application}'s {kind}", kind, beneath))
            beneath = piles[-1].name
        piles.append(Part(application, "application", beneath))
    return tuple(piles)


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("bare metal, shared", (_MACHINE, _KERNEL, *_each(on="kernel"))),
        Layout("bare metal, a machine each", _each("machine", "kernel", on="")),
        Layout(
            "virtual machines",
            (
                _MACHINE,
                Part("hypervisor", "hypervisor", "machine"),
                *_each("virtual machine", "kernel", on="hypervisor"),
            ),
        ),
        Layout("containers", (_MACHINE, _KERNEL, *_each("container", on="kernel"))),
        Layout(
            "containers in virtual machines",
            (
                _MACHINE,
                Part("hypervisor", "hypervisor", "machine"),
                *_each("virtual machine", "kernel", "container", on="hypervisor"),
            ),
        ),
    )
}
"""By name."""
