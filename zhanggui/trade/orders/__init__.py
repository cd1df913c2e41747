"""What keeps the orders: placed, screened, held, confirmed, short, until they are closed."""
