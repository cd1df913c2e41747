"""The tests of the example company."""
