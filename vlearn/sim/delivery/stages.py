"""The way of a commit to production as a table, and the three continuities as which of its gates are automatic.

Left out: hot fixes that take another way. Source: Humble and Farley, Continuous Delivery, 2010; the course's notes.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.delivery.changes import Finder

Kind: TypeAlias = Literal["automatic", "manual", "absent"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: what it does, what its gate can find, the tag that the artifact has after it, and its minutes."""

    name: str
    does: str
    finds: Finder | None
    tag: str
    minutes: float


STAGES = (
    Stage("build", "builds the merged mainline", "build", "", 3.0),
    Stage("test", "runs the unit and integration tests", "test", "", 10.0),
    Stage("publish", "pushes the image to the registry", None, "candidate", 1.0),
    Stage("staging", "deploys the image to staging", None, "staging", 2.0),
    Stage("acceptance", "runs the acceptance tests on staging", "acceptance", "accepted", 20.0),
    Stage("production", "deploys the image to production", None, "production", 5.0),
)


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice by its gates: how a change passes into each stage. What is not named is automatic."""

    name: str
    gates: tuple[tuple[str, Kind], ...]
    words: str

    def gate(self, stage: str) -> Kind:
        """How a change comes into the stage: by itself, by a person, or never in this pipeline."""
        return dict(self.gates).get(stage, "automatic")


INTEGRATION = Practice(
    "continuous integration",
    tuple((name, "absent") for name in ("publish", "staging", "acceptance", "production")),
    "everybody merges into the mainline often, and each merge is built and tested",
)
DELIVERY = Practice(
    "continuous delivery",
    (("production", "manual"),),
    "each change that passes could be released; a person decides when",
)
DEPLOYMENT = Practice("continuous deployment", (), "each change that passes is released, and nobody is asked")
PRACTICES = {practice.name: practice for practice in (INTEGRATION, DELIVERY, DEPLOYMENT)}


def practice(name: str) -> Practice:
    """The practice of that name. Raises ModelError for another, with the nearest."""
    if name not in PRACTICES:
        raise ModelError(
            f"no practice is called {name!r}; there are {', '.join(PRACTICES)}{did_you_mean(name, PRACTICES)}"
        )
    return PRACTICES[name]


def practised(manual: frozenset[str], absent: frozenset[str] = frozenset()) -> str:
    """What a pipeline with these gates deserves to be called: by the gates a person opens, not by its tools."""
    known = {stage.name for stage in STAGES}
    for name in manual | absent:
        if name not in known:
            raise ModelError(f"no stage is called {name!r}; there are {', '.join(sorted(known))}")
    if {"build", "test"} & (manual | absent):
        return "no continuity"
    if absent or manual - {"production"}:
        return INTEGRATION.name
    return DELIVERY.name if manual else DEPLOYMENT.name
