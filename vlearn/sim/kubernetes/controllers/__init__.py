"""The rules by which controllers move a cluster towards what its objects ask for, one module a concept.

All are pure functions on API objects as plain JSON values; moments are seconds since 1970. They say what to do; who
calls them does it, and may fail. Where today's rule is not 1.20's, see `vlearn.sim.kubernetes.drift`.
"""
