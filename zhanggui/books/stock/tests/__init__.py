"""The tests of the stock."""
