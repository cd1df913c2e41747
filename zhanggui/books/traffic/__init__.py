"""Visits to the site: how many people looked at how many pages, day by day."""
