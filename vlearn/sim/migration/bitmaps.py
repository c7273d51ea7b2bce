"""Pre-copy over numpy bitmaps: what the step model says of a small machine, for machines of real size.

Three bytes a page: whether it is still to be sent in this round, whether it was written since it was last looked at,
and the truth, whether the destination's copy is stale. The hypervisor decides by the first two, the third only judges
it. A round costs time in proportion to the pages that it visits.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vlearn.sim.migration.decisions import Decision, decide, final_rate, first_rate
from vlearn.sim.migration.machine import Link, VirtualMachine
from vlearn.sim.migration.order import visited_of
from vlearn.sim.migration.policy import Policy
from vlearn.sim.migration.report import Round

MOST_LOOKS = 1 << 14
"""A round looks at the dirty bitmap no more often than this: in machines above 64 GiB, batches are larger than 1024."""


@dataclass(slots=True)
class Bitmaps:
    """A migration under way. Times are seconds since it began; the guest's own clock lags if it is throttled."""

    machine: VirtualMachine
    link: Link
    time: float = 0.0
    guest_time: float = 0.0
    rounds: tuple[Round, ...] = ()
    bytes: int = 0
    to_send: NDArray[np.bool_] = field(init=False)
    dirty: NDArray[np.bool_] = field(init=False)
    stale: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        pages = self.machine.pages
        self.to_send, self.stale = np.ones(pages, bool), np.ones(pages, bool)
        self.dirty = np.zeros(pages, bool)

    def live_rounds(self, policy: Policy) -> Decision:
        """Rounds until the policy says otherwise; then the pages to send are those that are dirty."""
        rate, throttle = first_rate(policy, self.link), 0.0
        while True:
            self.live_round(policy, rate, throttle)
            verdict = decide(policy, self.rounds, self.machine.memory, self.link)
            if verdict.verdict != "go on":
                return verdict
            rate, throttle = verdict.rate, verdict.throttle

    def live_round(self, policy: Policy, rate: float, throttle: float) -> None:
        """Send what is to be sent, a batch at a time, while the guest runs."""
        begin, sent, skipped = self.time, 0, 0
        size = max(policy.batch, self.machine.pages // MOST_LOOKS)
        for pages in visited_of(self.to_send, policy.scattered):
            for first in range(0, len(pages), size):
                batch = pages[first : first + size]
                if policy.skips:
                    wanted = batch[~self.dirty[batch]]
                    skipped += len(batch) - len(wanted)
                    batch = wanted
                if len(batch):
                    self.stale[batch] = False
                    sent += len(batch)
                    self._run(len(batch) * self.link.page_bytes / rate, throttle)
        self.to_send, self.dirty = self.dirty, self.to_send
        self.dirty[:] = False
        dirtied = int(np.count_nonzero(self.to_send))
        number = len(self.rounds) + 1
        self.rounds += (Round(number, sent, skipped, dirtied, self.time - begin, rate, throttle),)
        self.bytes += sent * self.link.page_bytes

    def last_round(self, policy: Policy | None) -> None:
        """Send the rest with the guest paused."""
        rate = final_rate(policy, self.link)
        sent = int(np.count_nonzero(self.to_send))
        self.stale[self.to_send] = False
        self.to_send[:] = False
        seconds = sent * self.link.page_bytes / rate
        self.rounds += (Round(len(self.rounds) + 1, sent, 0, 0, seconds, rate, paused=True),)
        self.bytes += sent * self.link.page_bytes
        self.time += seconds

    @property
    def pages_sent(self) -> int:
        """In all rounds."""
        return sum(one.sent for one in self.rounds)

    def _run(self, seconds: float, throttle: float) -> None:
        after = self.guest_time + seconds * (1 - throttle)
        for processor in self.machine.processors:
            pages = processor.written(self.guest_time, after)
            if len(pages):
                self.dirty[pages] = True
                self.stale[pages] = True
        self.time += seconds
        self.guest_time = after
