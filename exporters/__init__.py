"""One module a format, found by the entry point group `vlearn.exporters`."""
