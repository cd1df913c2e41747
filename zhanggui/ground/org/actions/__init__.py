"""What can be done to the organisation."""
