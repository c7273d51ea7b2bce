"""What a pod says of other pods: affinity terms and spread constraints, compiled once for many comparisons.

Left out: matchLabelKeys of affinity terms, which the API server merges into their selectors when a pod is created.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api import Refused, Requirement, Selector, selector_of
from vlearn.sim.kubernetes.api.affinity import PREFERRED, REQUIRED, Kind, affinity
from vlearn.sim.kubernetes.api.requirement import Labels

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"


@dataclass(frozen=True, slots=True)
class Term:
    """Pods of these namespaces with these labels, in the topology of this key. None as a selector selects nothing."""

    selector: Selector | None
    topology_key: str
    namespaces: frozenset[str]
    namespace_selector: Selector | None = None
    weight: int = 0

    def matches(self, namespace: str, labels: Labels, namespaces: Mapping[str, Labels]) -> bool:
        """Whether a pod is one that the term speaks of; `namespaces` gives the labels of every namespace."""
        if namespace not in self.namespaces and not (
            self.namespace_selector is not None and self.namespace_selector.matches(namespaces.get(namespace, {}))
        ):
            return False
        return self.selector is not None and self.selector.matches(labels)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A topology spread constraint. Policies say whether nodes that the pod cannot use anyway are counted."""

    topology_key: str
    max_skew: int
    selector: Selector
    must: bool
    min_domains: int = 1
    honours_affinity: bool = True
    honours_taints: bool = False


@dataclass(frozen=True, slots=True)
class Affinity:
    """The four lists of terms; the preferred ones carry weights."""

    required: tuple[Term, ...] = ()
    required_anti: tuple[Term, ...] = ()
    preferred: tuple[Term, ...] = ()
    preferred_anti: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.required or self.required_anti or self.preferred or self.preferred_anti)


NO_AFFINITY = Affinity()
_LISTS: tuple[tuple[str, Kind, str], ...] = (
    ("requiredAffinityTerms", "podAffinity", REQUIRED),
    ("requiredAntiAffinityTerms", "podAntiAffinity", REQUIRED),
    ("preferredAffinityTerms", "podAffinity", PREFERRED),
    ("preferredAntiAffinityTerms", "podAntiAffinity", PREFERRED),
)
"""What a refusal calls each of the four lists, in the order of `Affinity`, and where it stands."""


def affinity_of(spec: Mapping[str, Any], namespace: str) -> Affinity:
    """The pod affinity of a spec. Raises Refused with the API's words, after the list that has the bad term."""
    return Affinity(*(_terms(spec, namespace, *each) for each in _LISTS)) if spec.get("affinity") else NO_AFFINITY


def _terms(spec: Mapping[str, Any], namespace: str, name: str, kind: Kind, strength: str) -> tuple[Term, ...]:
    given = affinity(spec, kind, strength) or ()
    try:
        if strength == REQUIRED:
            return tuple(_term(each, namespace) for each in given)
        return tuple(_term(each.get("podAffinityTerm") or {}, namespace, each.get("weight", 0)) for each in given)
    except Refused as problem:
        raise Refused(f"{name}: {problem}") from None


def _term(given: Mapping[str, Any], namespace: str, weight: int = 0) -> Term:
    of_namespaces = given.get("namespaceSelector")
    named = given.get("namespaces") or (() if of_namespaces is not None else (namespace,))
    return Term(
        selector_of(given.get("labelSelector")),
        given.get("topologyKey", ""),
        frozenset(named),
        selector_of(of_namespaces),
        weight,
    )


def constraints_of(spec: Mapping[str, Any], labels: Labels) -> tuple[Constraint, ...]:
    """The topology spread constraints of a spec, matchLabelKeys resolved by the pod's own labels. Raises Refused."""
    return tuple(_constraint(each, labels) for each in spec.get("topologySpreadConstraints") or ())


def _constraint(given: Mapping[str, Any], labels: Labels) -> Constraint:
    # Without a selector nothing is selected; a requirement that nothing meets says so.
    selector = selector_of(given.get("labelSelector")) or Selector((Requirement("", "exists"),))
    keys = [key for key in given.get("matchLabelKeys") or () if key in labels]
    same = tuple(Requirement(key, "in", (labels[key],)) for key in keys)
    return Constraint(
        given["topologyKey"],
        given.get("maxSkew", 1),
        Selector((*selector.requirements, *same)) if same else selector,
        given.get("whenUnsatisfiable", "DoNotSchedule") == "DoNotSchedule",
        given.get("minDomains") or 1,
        given.get("nodeAffinityPolicy", "Honor") == "Honor",
        given.get("nodeTaintsPolicy", "Ignore") == "Honor",
    )
