"""What is done to runs: planned, packed, loaded, brought to doors, brought back."""
