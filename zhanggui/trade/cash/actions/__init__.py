"""What is done with money: given out, taken, handed in, counted, decided on, cleared up."""
