"""What keeps the runs: orders picked, loaded, carried to doors, handed over or brought back."""
