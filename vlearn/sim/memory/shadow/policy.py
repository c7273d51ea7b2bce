"""What a hypervisor with shadow paging may choose, and what its processor offers it."""

from dataclasses import dataclass

from vlearn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Policy:
    """The hypervisor's choices.

    `lazy` lets a page table run out of step with its shadow until the guest invalidates; otherwise every store to a
    table is traced. `shadows` is how many processes' shadows are kept, `vpid` 0 a processor whose exits empty the TLB.
    """

    lazy: bool = False
    shadows: int = 4
    vpid: int = 1
    large_pages: bool = True

    def __post_init__(self) -> None:
        if self.shadows < 1:
            raise ModelError(f"a shadow cache of {self.shadows} has no room for the running process; choose 1 or more")
        if not 0 <= self.vpid < 1 << 16:
            raise ModelError(f"a VPID has 16 bits, and 0 stands for none; {self.vpid} is not one")
