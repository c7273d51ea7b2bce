"""A notebook as paper can show it: executed with a lab that draws no widget, as one frozen value."""
