"""What holds for orders: their states, what speaks against an order, what screening finds."""
