"""A trading day of the example company: who orders what, and who does what about it, and when."""
