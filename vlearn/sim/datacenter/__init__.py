"""A data centre: what it gains when machines become software, and what stands between a guest and the hardware.

    compare(workloads, SERVER)                          # consolidation: hosts and energy, before and after
    run(overcommit, Memory.of(frames=6, pages=(4, 4)), [Touch(0, 0, 7), Share()])   # sharing: frames, balloon, swap
    crash(LAYOUTS["containers"], "kernel panic", "shop")  # isolation: what else dies
    spy(CacheShape(), secret, rng)                      # isolation: a neighbour's secret, read from a shared cache
    operation("In the host's kernel", "disk read")      # hypervisors: the path, its switches and its copies

Each name is in the subpackage that its comment names.
"""
