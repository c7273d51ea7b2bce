"""A cluster that runs: components that reconcile, machines that run containers, and time."""
