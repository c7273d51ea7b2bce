"""How a name becomes an address, and an address a pod: cluster DNS, and what kube-proxy makes of services.

rules = proxy_rules(services, slices, "n1")                 # iptables rules as kube-proxy on n1 writes them
route(rules, "10.244.1.7", "10.96.0.12", 80, rng).endpoint  # "10.244.2.3:8080"
resolve(store, "web.shop", "default").addresses             # the search path tried, then ("10.96.0.12",)
"""

from vlearn.sim.kubernetes.network.dns import Answer, Record, query
from vlearn.sim.kubernetes.network.kube_proxy import proxy_rules
from vlearn.sim.kubernetes.network.resolver import Resolution, names_to_try, resolve
from vlearn.sim.kubernetes.network.routing import Routed, route
from vlearn.sim.kubernetes.network.rules import Rule, Rules

__all__ = [
    "Answer",
    "Record",
    "Resolution",
    "Routed",
    "Rule",
    "Rules",
    "names_to_try",
    "proxy_rules",
    "query",
    "resolve",
    "route",
]
