"""What the predictions of chapter 10 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch10-whose-kernel": Asked(
        "ch10-compare-containers",
        "There is one kernel, the host's. From the image come the C library, the shell and all other files.",
        "A host runs Ubuntu with kernel 6.8. In a container from an image of Debian 12, whose own kernel is 6.1,"
        " somebody enters `uname -r; cat /etc/debian_version`. What is printed?",
        "6.8, and a version of Debian 12",
        {
            "6.1, and a version of Debian 12": "An image brings files. Nobody boots a kernel from them.",
            "6.8, and the version of Ubuntu's base": "The files are not the host's: the container has its own root.",
            "6.1, and the version of Ubuntu's base": "It is the other way round: files of its own, a shared kernel.",
        },
    ),
    "ch10-next-child": Asked(
        "ch10-predict-visibility",
        "The child gets a number from each pid namespace that sees it: the next one of the host, and the next one of"
        " its own namespace.",
        choices={
            "process 3 (web) makes process 4, which is pid 4 in its pid namespace":
                "Each pid namespace counts for itself, from 1.",
            "process 3 (web) makes process 4, which is pid 1 in its pid namespace":
                "No new namespace is made here, and pid 1 is taken by the parent.",
            "process 3 (web) makes process 4": "It is in the parent's pid namespace, which has numbers of its own.",
        },
    ),
    "ch10-signal-to-first": Asked(
        "ch10-trace-namespaces",
        "A pid 1 gets only signals that it has a handler for, so that nobody ends a namespace by accident. SIGKILL from"
        " outside is the way to end it.",
        choices={
            "process 3 (web) ends: killed by SIGTERM; a zombie until process 2 waits":
                "An ordinary process would. What is special about this one?",
            "kill: process 4 has no right to signal process 3 (EPERM)": "Both have the same uid, so it may.",
            "process 4 (web) is killed with its namespace": "That follows when pid 1 ends. Does it?",
        },
    ),
    "ch10-late-mount": Asked(
        "ch10-predict-visibility",
        "`unshare` makes all mounts of the new namespace private, so later ones do not get in. A slave would have let"
        " it in; a shared mount would have let the container's mounts out, too.",
        "A container was started with `unshare --mount`, which gave it a copy of the host's mounts. Now somebody plugs"
        " in a disk, and the host mounts it on /mnt/usb. Is it in the container's /mnt/usb?",
        "No: the copy is private, and stays as it was",
        {
            "Yes: a mount namespace hides mounts from the host, not the host's": "A copy of the tree was made. Whose"
                " mounts reach the copy depends on its propagation.",
            "Yes, but only for reading": "Propagation knows no such half; read-only is an option of a mount.",
            "No: in a mount namespace nothing can be mounted after its beginning": "Its root can go on mounting.",
        },
    ),
    "ch10-root-inside": Asked(
        "ch10-predict-rights",
        "A capability counts for what the user namespace owns. The UTS namespace that the process is still in belongs"
        " to the machine's first user namespace, where it has none.",
        choices={
            "the hostname in uts:[4026531838] is now box":
                "It has all capabilities in its own user namespace. Whose is this UTS namespace?",
            "uts:[4026532178] begins": "A user namespace alone was asked for.",
            "sethostname: the name is longer than 64 bytes (EINVAL)": "`box` has three.",
        },
    ),
    "ch10-silent-server": Asked(
        "ch10-connect-namespaces",
        "The request arrives. The answer goes to another network, for which `b` has no route: it is never sent.",
        "Namespaces `a` (10.1.0.2) and `b` (10.2.0.2) hang on two bridges of a host that forwards. `a` has a default"
        " route to the host; somebody forgot that of `b`. How does a ping from `a` to `b` end?",
        "It arrives at b, and nothing comes back",
        {
            "At once, with: Network is unreachable": "`a` has a route. Whose routing table is asked for the answer?",
            "It is answered: the way back is the way there": "Each packet is routed for itself.",
            "The host answers: Destination Host Unreachable": "The host finds `b` by ARP, and delivers.",
        },
    ),
    "ch10-quota-gone": Asked(
        "ch10-compute-shares",
        "A quota is a hard limit, although the processor is idle; a weight would count only while others compete.",
        choices={
            "50000 to 100000 µs: cpu 0 runs 20": "That would be right if nobody else wants the processor, and there"
                " were a weight instead of a quota.",
            "100000 µs: a new period, /box has 50000 µs again": "That comes when the period of 100 ms is over.",
            "100000 to 150000 µs: cpu 0 runs 20": "Until then, 50 ms more must pass.",
        },
    ),
    "ch10-whom": Asked(
        "ch10-diagnose-kill",
        "The killer goes by points: the pages of a process, moved by its oom_score_adj. Who asked does not matter.",
        "A control group may have 100 MiB, without swap. Process 20 has taken 70 MiB of its own and 21 has taken 20;"
        " now 22 writes to 20 MiB more. What becomes of them?",
        "20 is killed, and 22 gets its memory",
        {
            "22 is killed, since it asks for more than is left": "It asked. But who has most?",
            "22 gets no memory: its `malloc` returns NULL": "Memory is charged when a page is touched, long after"
                " `malloc` has returned.",
            "All three are killed, since the limit is the group's": "Only with `memory.oom.group`, which is not set.",
        },
    ),
}  # fmt: skip
