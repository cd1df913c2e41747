"""The tests of the change requests."""
