"""Rules of the site's pages: what a page may go through, its prose, and where links lead."""
