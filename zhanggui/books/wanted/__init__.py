"""Goods that customers ask for: those not found, and those that are out of stock."""
