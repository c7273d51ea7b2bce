"""I/O, three ways: emulated devices, Xen's split driver, and passthrough behind an IOMMU; and what each costs.

    run(use_ring, RingState.empty(4), [Publish(3), Take(2)])      # ring, ring_run: indices, events, whole moves
    reachable(exchange, Exchange.begin(2, 3), ACTORS)             # exchange: every order of single stores
    shortest_run(exchange, start, ACTORS, faults)                 # hunt, exchange_faults, disciplines: find the mistake
    run(use_grants, GrantTable.empty(3), [GrantAccess(2, 1)])     # grants, grants_run: grant, map, copy, end, refuse
    run(use_channels, EventChannels(), [Send(5), TakeUpcall()])   # event_channels: pending and mask bits
    run(shake, Handshake(), ["backend", "frontend"])              # handshake: XenStore's states
    run(serve_guests, World.of_guests(2), [Connect(), Ask(3)])    # driver_domain, driver_domain_run: all of it together
    run(emulate, Emulated(), set_up_transmit())                   # emulated, nic, disk, drivers: registers that exit
    run(pass_through, Host.with_guests(("A",), 16), [...])        # passthrough, passthrough_run, iommu: DMA, interrupts
    send_packets(SPLIT, Workload(guests=4))                       # traffic, workload, ways: cycles, latency, throughput

Each name is in one of the modules that its comment names.
"""
