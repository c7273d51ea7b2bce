"""Monitors: one guest on the bare processor and under four kinds of virtual machine monitor.

    cpu = guest("kernel", INTERVAL=90)          # guests: a machine that is ready to boot a guest
    trace = trace_guest(BARE, BARE.start(cpu))  # vm, bare: a Trace of Vm until halted, shutdown, no-code or step-limit
    vm = TRAP_AND_EMULATE.start(cpu)            # trap_and_emulate: Vm(guest, real, monitor, counts)
    run(TRAP_AND_EMULATE, vm, range(20))        # a monitor is a model of vlearn.trace
    run_guest(TRAP_AND_EMULATE, vm, limit)      # vm: Ending(kind, vm, events), without a trace
    first_difference(trace, other_trace)        # compare: where the guest first notices, aligned by what it has retired
    PENTIUM_4.cycles(vm.counts), crossover()    # costs: what a run costs, and which monitor wins

A monitor is a `Monitor(name, start, advance)`; `advance(vm)` yields a `Happening` for each thing that happens until the
guest has retired one instruction or taken one interrupt. Its sentence is made only if someone reads it. Each name is in
the module that its comment names.
"""
