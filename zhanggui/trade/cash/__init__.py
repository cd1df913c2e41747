"""What keeps the money of the door: taken with change, handed in, counted, settled."""
