"""What goods are, what they may go through, and how a sheet of goods is read."""
