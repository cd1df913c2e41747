"""Zhanggui runs a regional online retailer: the job descriptions are the system."""

__version__ = "0.1.0"
