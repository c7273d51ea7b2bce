"""The fast engine: units become Python functions over local variables. See `engine.run_translated`."""
