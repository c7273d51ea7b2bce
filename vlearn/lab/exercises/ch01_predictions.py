"""What the predictions of chapter 1 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch01-who-shares": Asked(
        "ch01-explain-abstraction",
        "Each has kernel, page tables and addresses of its own. Beneath, the cores of a processor share buses, and"
        " mostly the last cache before memory.",
        "Two virtual machines run on two cores of one processor. What may both of them be using at the"
        " same time?",
        "the last-level cache",
        {
            "the guest kernel": "Each has booted one of its own; they need not even be of the same kind.",
            "the guest's page tables": "Each kernel writes its own, and the monitor has others for each.",
            "nothing: each is a machine": "Logically so. Where do the bits of both go in the end?",
        },
    ),
    "ch01-by-the-hour": Asked(
        "ch01-diagnose-waste",
        "Offices are busy at noon, shops at night, backups before dawn: together they never want all that they want one"
        " after another. A server is too small only if a sum is, in one and the same hour.",
        "A tenth of every server is to stay free. Sized by each one's own peak, the twelve need five servers, and no"
        " packing does better. How many are needed if a server must hold only what its workloads want in any one hour?",
        "three: their peaks come at different hours",
        {
            "five: every peak has to fit somewhere": "It has to fit. But do all of them come in the same hour?",
            "one: a tenth of all cores is busy": "Averages do not run. And memory is taken all day.",
            "four: one for each kind of daily curve": "Those of one kind peak together. Who has room left at noon?",
        },
    ),
    "ch01-switched-off": Asked(
        "ch01-compute-hosts",
        "The work is the same, and what it draws above idling comes along with it. What is saved is the idling of the"
        " servers that are switched off.",
        "A server draws 150 W when idle and 350 W with all cores busy, and in between along a line. Four servers have a"
        " quarter of their cores busy each; all of that moves to one of them, and three are switched off. How much"
        " power is saved?",
        "450 W",
        {
            "150 W": "Three servers are switched off, not one.",
            "600 W": "Each drew 200 W, but 50 W of that follows its work to the one that stays on.",
            "800 W": "That was the power of all four. One goes on, with all of its cores busy.",
        },
    ),
    "ch01-written": Asked(
        "ch01-predict-overcommitment",
        "Shared pages are mapped read-only. The write faults, and the host copies the page first.",
        "Guest 1 writes 8 to its page 0. What happens first?",
        choices={
            "guest 1 writes 8 to page 0": "Into the shared frame? Then guest 0 would read 8.",
            "the host writes guest 0's page 0 to its swap file": "One frame is free just now: sharing has saved it.",
            "guest 1 pages 0 out to its own disk, the one that it has not used for longest":
                "The guest does not know that its page is shared, and has no reason to page.",
        },
    ),
    "ch01-makes-room": Asked(
        "ch01-predict-overcommitment",
        "The host was not told that page 2 is free: to it, a page is a page. It takes the one that was mapped first,"
        " and writes it to disk.",
        "All frames are in use. Guest 0 touches its page 3. What happens first?",
        choices={
            "guest 0 gives up page 2, which is free: nothing is lost": "It would, if it were asked. Who knows?",
            "the host writes guest 0's page 2 to its swap file, which the guest has freed long since":
                "Were it the one mapped for longest, so it would be. Another was mapped before it.",
            "guest 0 pages 0 out to its own disk, the one that it has not used for longest":
                "To guest 0 its memory is not full: it keeps 3 pages of 5.",
        },
    ),
    "ch01-three-containers": Asked(
        "ch01-compare-failures",
        "Containers stand on one kernel. It holds back a process that fails, but nothing holds back its own failure.",
        "The shop, the mail and the wiki run in three containers of one machine. A system call of the shop meets a bug"
        " of the kernel, which panics. Which of the three live on?",
        "none of them",
        {
            "the mail and the wiki": "That is what a container does when a process crashes. Who crashed here?",
            "those with memory limits": "Limits hold back an application that takes too much. Nobody did.",
            "all three of them": "Who would run them, and handle their next system call?",
        },
    ),
    "ch01-probed": Asked(
        "ch01-judge-isolation",
        "In both sets the victim pushed out one of the attacker's lines. Set 3 depends on no bit; set 2 is looked"
        " up for a 0.",
        "The attacker times its own lines again. What does it find?",
        choices={
            "slow in set 2: the attacker guesses 0": "Look at all lines with a V. In which sets are they?",
            "slow in set 3, set 5: the attacker guesses 1": "Line 5 is for a 1. Which of the two lines is there?",
            "slow in no set: the attacker guesses nothing": "A set has room for four lines. Where did the victim's go?",
        },
    ),
    "ch01-lost-registers": Asked(
        "ch01-list-encapsulated-state",
        "The first round puts a wrong number into memory, the second into the device, the third onto the disk.",
        "In each round the program adds its register to memory, memory to the device, and the device to disk, each as"
        " it was before the round. A copy has everything but the registers. After which round is its disk wrong?",
        "the third",
        {
            "the first": "The device it is written from was copied rightly, and holds the right number still.",
            "the second": "The device goes wrong in this round. The disk got the number that it held before.",
            "none: the disk was copied": "It was right then. What is written to it next?",
        },
    ),
    "ch01-interpreter": Asked(
        "ch01-state-requirements",
        "The guest cannot tell, and gets nothing that is not its own. But an ADD that could run directly takes many"
        " instructions of the monitor.",
        "A monitor interprets every instruction of its guest, exactly as a bare machine would carry it out. Which"
        " requirement of Popek and Goldberg does it break?",
        "efficiency",
        {
            "equivalence": "Programs do the same as on bare metal; that it takes longer is expressly excepted.",
            "resource control": "Nothing happens that the monitor does not do itself. It is in full control.",
            "none of them": "Slow, but exact and safe: is that all that a monitor has to be?",
        },
    ),
    "ch01-lets-through": Asked(
        "ch01-state-requirements",
        "The guest commands what it was not allotted. And its own channel has seen nothing, so a program that looks"
        " there finds another state than on a bare machine. What is innocuous runs directly still.",
        "The fourth monitor keeps a channel for its guest, which the guest takes for the real one. But `SIO` runs"
        " directly, and commands the real channel. Which requirements does that break?",
        "equivalence and resource control",
        {
            "resource control, and no other": "What does the guest find when it looks at its own channel afterwards?",
            "equivalence, and no other": "Has the monitor allotted the real channel to this guest?",
            "efficiency and resource control": "What must run directly is innocuous, and did. What else went wrong?",
        },
    ),
}  # fmt: skip
