"""What the predictions of chapter 12 ask. A wrong choice about a run is worded as the model words its events."""

from vlearn.lab.exercise import Asked

PREDICTIONS = {
    "ch12-shelf": Asked(
        "ch12-merge-layers",
        "Directories of one name are merged, whichever layer has them. Everything else comes from one layer.",
        choices={
            "/shelf is found in lower 0, the topmost layer that has it": "That is the rule for a file. What would"
            " become of the rice?",
            "/shelf is found in lower 1, the topmost layer that has it": "Lower 0 lies above lower 1, and has it too.",
            "/shelf is in no layer": "Two layers have it. Upper need not have it as well.",
        },
    ),
    "ch12-first-byte": Asked(
        "ch12-predict-copy-up",
        "Overlayfs copies whole files: the copy replaces the file under its name, so it must be complete.",
        choices={
            "/f is copied up from lower 0: 1 byte": "A file of one byte would then hide the other 9000.",
            "/f is copied up from lower 0: its metadata alone": "That is an option, metacopy, and not for a write.",
            "append(/f, b'!') is done": "Where did the byte go? The lower layer is never written to.",
        },
    ),
    "ch12-made-again": Asked(
        "ch12-explain-whiteouts",
        "The whiteout gives way to the new directory. Without a mark, this would be merged with the old ones again.",
        choices={
            "/shelf is made in upper": "A directory is merged with those below it. Which ones would come back?",
            "mkdir(/shelf) fails with EEXIST: File exists": "A whiteout is no file. The name is free.",
            "/shelf is copied up from lower 0: the directory": "It was deleted. Nothing of it is needed any more.",
        },
    ),
    "ch12-rename-directory": Asked(
        "ch12-diagnose-surprise",
        "Only what is in upper could move; the rest would have to be copied. The kernel leaves that to programs.",
        choices={
            "/shelf is copied up from lower 0: the directory": "And its jam and rice? They have their place by name.",
            "/shelf becomes /board in upper": "Lower layers have no /board. Where would its files come from?",
            "a whiteout in upper hides /shelf of the layers below": "That would be the second half. And the first?",
        },
    ),
    "ch12-old-descriptor": Asked(
        "ch12-diagnose-surprise",
        "Since Linux 4.19, a descriptor of overlayfs looks at every read for the file that is current.",
        choices={
            "pread(0) gives b'green'": "So it was before Linux 4.19, and tutorials still say it.",
            "pread(0) gives b'!'": "Copy-up took the whole file, and the append came behind it.",
            "pread(0) fails with EBADF: Bad file descriptor": "The descriptor is still open, and may read.",
        },
    ),
    "ch12-after-rm": Asked(
        "ch12-compute-disk-use",
        "The whiteout has no size to speak of, and what it hides lies in a layer that is committed.",
        choices={
            "RUN rm: a layer of 0 is committed; the image has 160": "The sources are hidden. Are they gone?",
            "RUN rm: a layer of -300 is committed; the image has 160": "A layer cannot take bytes from another one.",
            "RUN rm: a layer of 300 is committed; the image has 760": "Deleting copies nothing up.",
        },
    ),
    "ch12-third-container": Asked(
        "ch12-compute-disk-use",
        "A start costs nothing, for the image's layers are shared. A write costs a copy of the whole file, in each"
        " container's own layer.",
        "An image of 230 MB has a file of 50. Two containers run from it, and each has appended a byte to this file."
        " How much more does the disk hold once a third has started and done the same?",
        "50 MB",
        {
            "280 MB": "So it is with a driver that makes full copies.",
            "1 byte": "The other two have copies, but in layers that nobody else sees.",
            "nothing to speak of": "That is what the start costs. And the byte?",
        },
    ),
}
