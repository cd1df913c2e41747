"""The pages at which pages of the site are written."""
