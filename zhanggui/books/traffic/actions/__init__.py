"""The only writers of the traffic."""
