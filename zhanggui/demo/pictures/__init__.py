"""The pictures of the example company's goods, and how they are drawn."""
