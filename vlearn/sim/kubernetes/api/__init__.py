"""The API's own kinds of value, and the rules that hold for them: quantities, percentages, labels, names, taints.

parse_quantity("1.5Gi")                    # Quantity, exact; str() is the canonical form, "1536Mi"
scaled("25%", 10, up=True)                 # 3: maxSurge and its like
parse_selector("tier in (web), !canary")   # Selector; .matches(labels)
dns1123_label("a_b")                       # what is wrong with a name, as the API server words it
tolerates(toleration, taint)
"""

from vlearn.sim.kubernetes.api.intstr import is_percent, scaled
from vlearn.sim.kubernetes.api.names import (
    dns1035_label,
    dns1123_label,
    dns1123_subdomain,
    label_value,
    port_name,
    port_number,
    qualified_name,
)
from vlearn.sim.kubernetes.api.quantity import Quantity, parse_quantity
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.requirement import Requirement, requirement
from vlearn.sim.kubernetes.api.selector import Selector, parse_selector, selector_of
from vlearn.sim.kubernetes.api.taints import same_taint, taint_text, tolerates, untolerated

__all__ = [
    "Quantity",
    "Refused",
    "Requirement",
    "Selector",
    "dns1035_label",
    "dns1123_label",
    "dns1123_subdomain",
    "is_percent",
    "label_value",
    "parse_quantity",
    "parse_selector",
    "port_name",
    "port_number",
    "qualified_name",
    "requirement",
    "same_taint",
    "scaled",
    "selector_of",
    "taint_text",
    "tolerates",
    "untolerated",
]
