"""The tests of the goods."""
