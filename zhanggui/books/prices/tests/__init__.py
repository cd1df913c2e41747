"""The tests of the price book."""
