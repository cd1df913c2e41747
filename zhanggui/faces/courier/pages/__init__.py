"""The pages and doors of the courier's app."""
