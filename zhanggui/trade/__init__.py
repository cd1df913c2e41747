"""An order's life, in order of time."""
