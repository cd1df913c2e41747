"""The commands of `python -m zhanggui`, one module for each group."""
