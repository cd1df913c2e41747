"""What is done to the stock: goods moved, depots kept, arrivals announced."""
