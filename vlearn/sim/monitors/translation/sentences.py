"""What a trace says of each kind of happening under binary translation."""

SENTENCES = {
    "ident": "`{}` at {:#x} is copied, and runs in ring {}",
    "inline": "`{}` at {:#x}: a few instructions instead, in ring {}, act on the virtual processor",
    "call-out": "`{}` at {:#x}: the translated code in ring {} calls the monitor, which does it",
    "direct jump": "`{}` at {:#x}: a jump to an exit of the unit stands in its place, in ring {}",
    "indirect jump": "`{}` at {:#x}: its target, known only now in ring {}, will be looked up",
    "interpreted": "`{}` at {:#x} is neither translated nor run directly in ring {}: the monitor interprets it",
    "chained": "the exit to {:#x} has been patched: on to the unit there, without the monitor",
    "look-up": "the dispatcher looks for the unit of {:#x}",
    "translation": "it is not in the cache, so the unit at {:#x} is translated: instructions in it: {}",
    "hit": "the unit at {:#x} has been translated before",
    "patched": "the exit just taken, of the unit at {:#x}, is patched: from now on it leads straight to {:#x}",
    "adapted": "`{}` at {:#x} has trapped again and again: from now on it is a call-out",
}
