"""The company on its figures: the day of every area, rolled up, down to the rows it is made of."""
