"""What is done to the goods: categories, products, their pictures, and whole sheets of them."""
