"""Customers who are members, their addresses and sign-ins, and what is sent to them."""
