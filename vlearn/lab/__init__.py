"""What a notebook calls: `from vlearn import lab`, then `lab.play`, `lab.predict`, `lab.check` and the others below.

Each name loads its module when it is first used, so that `import vlearn.lab` costs next to nothing, and only what needs
a widget or plotly imports it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlearn.lab.answering import answer
    from vlearn.lab.charts import chart
    from vlearn.lab.checking import check
    from vlearn.lab.docker_cells import docker
    from vlearn.lab.kubectl_cells import kubectl
    from vlearn.lab.overview import chapters, course_map, progress, reset_progress
    from vlearn.lab.player import play
    from vlearn.lab.practice_choice import choose_practice, practice_history
    from vlearn.lab.practice_exam import practice, review
    from vlearn.lab.prediction import predict
    from vlearn.lab.real_broker import beside_rabbitmq
    from vlearn.lab.real_client import beside_the_client
    from vlearn.lab.real_controllers import beside_the_controllers
    from vlearn.lab.real_fork import beside_fork
    from vlearn.lab.real_git import beside_git
    from vlearn.lab.real_guest import beside_ring_zero
    from vlearn.lab.real_hypervisor import beneath_this_machine
    from vlearn.lab.real_images import beside_umoci
    from vlearn.lab.real_io_ring import beside_xens_header
    from vlearn.lab.real_levels import beside_the_levels
    from vlearn.lab.real_namespaces import beside_namespaces
    from vlearn.lab.real_overlay import beside_overlayfs
    from vlearn.lab.real_rings import beside_the_rings
    from vlearn.lab.real_switches import beside_the_switches
    from vlearn.lab.real_thing import beside_the_processor
    from vlearn.lab.real_working_set import beside_the_kernel
    from vlearn.lab.selftest import quiz
    from vlearn.lab.shown import show
    from vlearn.lab.studies import study

__all__ = [
    "answer",
    "beneath_this_machine",
    "beside_fork",
    "beside_git",
    "beside_namespaces",
    "beside_overlayfs",
    "beside_rabbitmq",
    "beside_ring_zero",
    "beside_the_client",
    "beside_the_controllers",
    "beside_the_kernel",
    "beside_the_levels",
    "beside_the_processor",
    "beside_the_rings",
    "beside_the_switches",
    "beside_umoci",
    "beside_xens_header",
    "chapters",
    "chart",
    "check",
    "choose_practice",
    "course_map",
    "docker",
    "kubectl",
    "play",
    "practice",
    "practice_history",
    "predict",
    "progress",
    "quiz",
    "reset_progress",
    "review",
    "show",
    "study",
]

# No module has the name of what it offers: importing one would put the module in the place of the function.
_HOMES = {
    "answer": "answering",
    "beneath_this_machine": "real_hypervisor",
    "beside_fork": "real_fork",
    "beside_git": "real_git",
    "beside_namespaces": "real_namespaces",
    "beside_overlayfs": "real_overlay",
    "beside_rabbitmq": "real_broker",
    "beside_ring_zero": "real_guest",
    "beside_the_client": "real_client",
    "beside_the_controllers": "real_controllers",
    "beside_the_kernel": "real_working_set",
    "beside_the_processor": "real_thing",
    "beside_the_levels": "real_levels",
    "beside_the_rings": "real_rings",
    "beside_the_switches": "real_switches",
    "beside_umoci": "real_images",
    "beside_xens_header": "real_io_ring",
    "chapters": "overview",
    "chart": "charts",
    "check": "checking",
    "choose_practice": "practice_choice",
    "course_map": "overview",
    "docker": "docker_cells",
    "kubectl": "kubectl_cells",
    "play": "player",
    "practice": "practice_exam",
    "practice_history": "practice_choice",
    "predict": "prediction",
    "progress": "overview",
    "quiz": "selftest",
    "reset_progress": "overview",
    "review": "practice_exam",
    "show": "shown",
    "study": "studies",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"the lab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
