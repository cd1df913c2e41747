"""What places can be read from values alone: codes, phones, addresses."""
