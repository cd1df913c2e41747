"""The statistics of the site: who comes, from where, how far, and what becomes of the orders."""
