"""What members do: signing in, keeping addresses; and what is sent to customers."""
