"""Reading the site's pages and the sections they are made of."""
