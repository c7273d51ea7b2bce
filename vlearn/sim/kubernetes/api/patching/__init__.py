"""The three kinds of patch that the API takes."""

from vlearn.sim.kubernetes.api.patching.json_patch import json_patched
from vlearn.sim.kubernetes.api.patching.merge_patch import merge_patched
from vlearn.sim.kubernetes.api.patching.strategic import strategic_patched

__all__ = ["json_patched", "merge_patched", "strategic_patched"]
