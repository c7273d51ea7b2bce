"""Network namespaces: lo, veth pairs, bridges, routes, ports, ARP, NAT, and the way of a packet, hop by hop.

    networks = Networks.boot(1).add(2)                       # state: every namespace of the machine, by number
    networks = add_veth(networks, 2, "eth0", "veth0", 1)     # links: devices, addresses, routes; NetlinkRefusal if not
    networks, said = ip(networks, 2, ["-br", "link"])        # command, printing: iproute2
    networks, said, trace = ping(networks, 2, ["-c1", "10.8.0.1"])             # ping: iputils
    networks, socket = bind(networks, 2, pid, 80)            # sockets: ports
    networks = add_translation(networks, 1, Translation("dnat", ...))          # translation: published ports
    run(use_network, Journey(networks), [Ping(2, address), Connect(1, address, 80)])    # traffic: the packet's way

`internet` is what a namespace does with packets, `ethernet` what devices do with frames.
"""
