"""Forms of the acts on goods, and on what is asked of them."""
