"""Reading for the shop: goods as customers see them, districts, carts, and orders by secret."""
