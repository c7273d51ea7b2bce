"""The generators that a question file may name. Data names an entry of this table; no path from data is imported."""

from vlearn.questions.generators.generator import Generator
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.table_clusters import CLUSTERS
from vlearn.questions.generators.table_containers import CONTAINERS
from vlearn.questions.generators.table_machines import MACHINES
from vlearn.questions.generators.table_services import SERVICES

__all__ = ["GENERATORS", "Generator", "Posed"]

_ALL = (*MACHINES, *CONTAINERS, *CLUSTERS, *SERVICES)

GENERATORS: dict[str, Generator] = {generator.name: generator for generator in _ALL}
"""By name."""
