"""What keeps the administrative divisions of China: their codes, names and order."""
