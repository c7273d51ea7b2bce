"""Control groups: who may use how much of processor, memory, disks and processes. Version 2, and version 1 beside it.

    cgroups = Cgroups.unified(Machine(cpus=2))                               # state: one frozen value
    run(use_files, cgroups, [MakeGroup("/web"), WriteFile("/web/pids.max", "3")])    # access: /sys/fs/cgroup
    run(use_memory, cgroups, [Allocate(20, 60 << 20)])                       # memory, oom: limits, page cache, killing
    run(use_processors, Processors(cgroups), [Compute(20), Pass(100_000)])   # schedule, fair: weights and quotas
    run(use_disks, Disks(cgroups), [Transfer(20, "8:0", "write", 4096)])     # disks: io.max
    fork(cgroups, 1, 20); exit(cgroups, 20); reap(cgroups, 20)               # processes: what the kernel tells it

`read` and `write` (access) are the files as text, with the kernel's rounding and errno; they raise Refusal.
"""
