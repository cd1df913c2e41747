"""Who comes in from outside: customers, couriers, programs. Faces keep no tables."""
