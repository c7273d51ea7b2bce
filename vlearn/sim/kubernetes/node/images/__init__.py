"""Images and what their programs do, as far as a kubelet and its probes see it.

broken = Registry().with_image("shop:v2", Image(Program(exits=3.0, code=1)))   # crashes after three seconds
slow = Registry().with_image("nginx", Image(pull=60.0))
"""

from vlearn.sim.kubernetes.node.images.catalogue import CATALOGUE, Image
from vlearn.sim.kubernetes.node.images.program import Program
from vlearn.sim.kubernetes.node.images.registry import DEFAULT, Registry
from vlearn.sim.kubernetes.node.images.shell import interpret

__all__ = ["CATALOGUE", "DEFAULT", "Image", "Program", "Registry", "interpret"]
