"""DORA's four measures of software delivery, computed from a log of deployments.

Their names are today's; earlier ones are in `EARLIER_NAMES`. Medians are used, for one change that lay about for months
would move a mean. Times are minutes. Source: dora.dev, "DORA's software delivery metrics: the four keys"; failed
deployment recovery time counts, since 2023, only failures that a deployment caused, and DORA groups it with the speed
of delivery by now, no longer with its stability. Left out: rework rate, a fifth one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from vlearn.errors import ModelError

EARLIER_NAMES = {
    "change lead time": ("lead time for changes",),
    "deployment frequency": (),
    "change fail rate": ("change failure rate", "change fail percentage"),
    "failed deployment recovery time": ("time to restore service", "mean time to restore", "MTTR"),
}
DAY = 1440.0


@dataclass(frozen=True, slots=True)
class Deployment:
    """When it reached production, when its changes were committed, and whether users suffered by it and until when."""

    at: float
    committed: tuple[float, ...]
    failed: bool = False
    recovered: float | None = None

    def __post_init__(self) -> None:
        late = [moment for moment in self.committed if moment > self.at]
        if late:
            raise ModelError(f"a change committed at {late[0]:g} min cannot be in production at {self.at:g} min")
        if self.recovered is not None and not self.failed:
            raise ModelError(f"the deployment at {self.at:g} min did not fail; there is nothing to recover from")
        if self.recovered is not None and self.recovered < self.at:
            raise ModelError(f"a failure that began at {self.at:g} min cannot end at {self.recovered:g} min")


@dataclass(frozen=True, slots=True)
class Measures:
    """Deployments a day; median minutes of lead time and of recovery; the share of deployments that failed.

    None stands for what a log without changes, deployments or recovered failures does not say.
    """

    deployment_frequency: float
    lead_time: float | None
    fail_rate: float | None
    recovery_time: float | None


def measures(log: Iterable[Deployment], days: float, since: float = 0.0, day: float = DAY) -> Measures:
    """The four measures of so many days of a log. `day` is its length in minutes: 480 where only work counts."""
    if not days > 0 or not day > 0:
        raise ModelError(f"a log is measured over more than 0 days, not {days:g} of {day:g} min")
    found = [one for one in log if since <= one.at < since + days * day]
    leads = [one.at - moment for one in found for moment in one.committed]
    failures = [one for one in found if one.failed]
    recoveries = [one.recovered - one.at for one in failures if one.recovered is not None]
    return Measures(
        len(found) / days,
        median(leads) if leads else None,
        len(failures) / len(found) if found else None,
        median(recoveries) if recoveries else None,
    )
