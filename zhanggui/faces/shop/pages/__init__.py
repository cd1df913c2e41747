"""HTTP to the shop's queries and the one action a customer may begin."""
