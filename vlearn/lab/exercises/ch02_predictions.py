"""What the predictions of chapter 2 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch02-whose-driver": Asked(
        "ch02-draw-layers",
        "Xen leaves the devices to Dom0, a privileged guest that usually is a Linux, with all of its drivers. So a read"
        " leads from one guest to another, by way of Xen.",
        "Two guests run on Xen, which owns processor and memory, as a Type 1 hypervisor does. Xen has no drivers for"
        " disks. Which software drives the real disk, in Xen's usual set-up?",
        "the kernel of a third, privileged guest",
        {
            "a host system on which Xen is installed": "What would that run on? Xen is the first to have the machine.",
            "the kernel of the guest that reads": "Two guests read. Who keeps them apart on the disk?",
            "the firmware, through its own services": "It boots the machine. It knows of no guests, and is slow.",
        },
    ),
    "ch02-hosted-trap": Asked(
        "ch02-trace-operation",
        "The monitor has no driver for the disk: the host has. So it puts the host's state back, all of it, and its"
        " driver in the host's kernel goes on.",
        choices={
            "VM entry: from VMM, hypervisor, to driver, guest kernel":
                "The driver wants something of a disk. Who has done it by then?",
            "return: from VMM, hypervisor, to VMApp, host process":
                "The process belongs to the host's world, with its page tables. Who runs there first?",
            "system call: from VMM, hypervisor, to VMDriver, host kernel":
                "A system call stays in one world. The monitor has one of its own.",
        },
    ),
    "ch02-call-enters": Asked(
        "ch02-trace-operation",
        "VT-x and AMD-V run process and kernel of a guest in rings 3 and 0 of their own. The processor goes from one to"
        " the other by itself, whatever is beneath.",
        "A process in a guest asks its kernel for its process id. The hypervisor uses VT-x, as all of this chapter do."
        " How often does the call enter the hypervisor?",
        "never",
        {
            "once: the kernel traps when it returns": "In a ring of its own, `IRET` is the guest's to execute.",
            "twice: on the way in and out": "That was so where a guest's kernel was not in ring 0.",
            "it depends on the kind: twice if hosted": "Kinds differ in what follows an exit. Is there one?",
        },
    ),
    "ch02-hybrid-add": Asked(
        "ch02-distinguish-hybrids",
        "Hybrid here means: whatever the guest's kernel executes is interpreted, harmless or not.",
        choices={
            "ADD 2 runs directly, in user mode": "It is the guest's kernel that executes it: virtual supervisor mode.",
            "ADD 2 traps to the monitor, which carries it out on the virtual machine":
                "It is innocuous, so that it traps in no mode.",
            "ADD 2 traps to the monitor, which hands the trap to the guest's own kernel":
                "That is what becomes of a program's `SVC`.",
        },
    ),
    "ch02-rings-once": Asked(
        "ch02-count-switches",
        "One ring in place of 263 accesses: the way to the host's process and back is taken once, with a call of the"
        " host's kernel for the work. Two more switches are those of the process's system call.",
        "The hosted read from an emulated disk took 1,582 switches. Now the disk is paravirtual: the driver puts its"
        " request into shared memory and rings once, and one interrupt says that it is done. How many switches are"
        " left?",
        "10",
        {
            "2": "Those are the switches of the process's system call. Somebody still has to do the work.",
            "4": "Out and in again would do if the monitor had the driver. Who has it here?",
            "8": "One pair is missing: the process's own system call, or the one by which the host's process has the"
                 " disk read.",
        },
    ),
    "ch02-more-than-xen": Asked(
        "ch02-count-switches",
        "QEMU reads through the host's page cache, and the block is copied from there to the guest's page. Xen's"
        " backend has the disk write to the guest's page itself.",
        "In this model, a read from a paravirtual disk takes 8 switches under Xen and under KVM with QEMU. QEMU"
        " reads the guest's disk from a file of its host. What does KVM's read cost that Xen's does not?",
        "a copy of the data more",
        {
            "an exit more": "The guest rings once under both.",
            "a world switch more": "It is Xen's that has four, to Dom0 and back. KVM is a part of the host's kernel.",
            "nothing: it costs as much": "Switches are alike in number, not in kind. And who touches the data?",
        },
    ),
    "ch02-bug-shut-in": Asked(
        "ch02-predict-blast-radius",
        "The device model controls its own guest, whose memory it has mapped. Beyond that, it is a process that may do"
        " next to nothing.",
        "Under KVM each guest has its own QEMU, shut in as libvirt does it: a user of its own, its own files only."
        " Through a bug in an emulated disk, an attacker in guest A takes the QEMU of A over. What does this one bug"
        " give the attacker?",
        "guest A only",
        {
            "guest A and guest B": "B has a QEMU of its own. How would A's reach it?",
            "the host's kernel, and so everything": "That takes a second bug. QEMU is a process, and has to ask.",
            "guest A and the host's files": "A process has the files of its user. Whose user is this?",
        },
    ),
    "ch02-smaller-model": Asked(
        "ch02-predict-blast-radius",
        "The guest trusts the host's kernel too, which is the larger part by far: 2,300,000 lines become 2,050,000.",
        "By the lowest estimates of this course, the host's kernel has 2,000,000 lines, QEMU 300,000 and Firecracker"
        " 50,000. QEMU is replaced by Firecracker. What becomes of the lines that a guest must trust?",
        "about a tenth less",
        {
            "a sixth of what they were": "That is the device model alone. What else has the guest's memory?",
            "about half": "What do both of them run on?",
            "the same: device models are shut in": "Its own device model has the guest, shut in or not.",
        },
    ),
    "ch02-no-flag": Asked(
        "ch02-draw-layers",
        "The flag is a bit of CPUID, which exits. What it says is what the hypervisor chose to say.",
        "In a machine's `/proc/cpuinfo` the flag `hypervisor` is missing. What do you know?",
        "nothing for sure: it may be hidden",
        {
            "that it is bare metal": "A bare processor does not set the bit. Who answers when a guest asks?",
            "that its kernel is no guest of KVM": "KVM sets the bit, unless whoever set it up did otherwise.",
            "that it has no VT-x or AMD-V": "These have flags of their own, `vmx` and `svm`.",
        },
    ),
}  # fmt: skip
