"""vlearn: virtualization, containers and Kubernetes as models that run, and exams whose keys the models compute."""

__version__ = "0.1.0"
