"""What holds in the shop: what a cart may keep, what a form must say, what an order tells."""
