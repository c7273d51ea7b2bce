"""The controllers that keep claims and volumes in use from going: upstream has one for each of the two.

Source: pkg/controller/volume/pvcprotection and pvprotection.
"""

from collections.abc import Iterable
from typing import Any

from vlearn.sim.kubernetes.cluster.actions import Update
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.volume_binding import CLAIMS, PODS, VOLUMES
from vlearn.sim.kubernetes.cluster.workers import Controller
from vlearn.sim.kubernetes.controllers.volume_protection import claim_names, protected_claim, protected_volume
from vlearn.sim.kubernetes.store import Change, Key, Store, collection


class VolumeProtection(Controller):
    """Sets finalizers on claims and volumes, and takes them away when nobody needs the object any more."""

    name = "volume-protection-controller"
    own = CLAIMS
    dependents = (VOLUMES, PODS)

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The claim or volume itself; of a pod that goes, its claims."""
        if change.key.resource != PODS:
            return (change.key,)
        return tuple(Key(CLAIMS, change.key.namespace, name) for name in claim_names(change.after))

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Set or take away the finalizer."""
        found = store.get(key)
        if found is None:
            return NOTHING
        if key.resource == VOLUMES:
            changed = protected_volume(found)
        else:
            changed = protected_claim(found, (pod for _, pod in collection(store.objects, PODS, key.namespace)))
        return NOTHING if changed is None else Work((Update(changed),))
