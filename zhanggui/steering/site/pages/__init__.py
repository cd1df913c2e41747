"""The pages of the site's statistics."""
