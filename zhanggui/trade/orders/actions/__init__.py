"""Placing, screening, moving and ending orders; talking about what is short; promising hours."""
