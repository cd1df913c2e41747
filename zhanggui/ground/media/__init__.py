"""Pictures: taken in once, checked, and shown in the size and format each browser likes best."""
