"""The rules of the traffic: what a view is, whose it is, where it came from."""
