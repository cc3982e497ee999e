"""The layout: the course's plan, and what the site puts around a page."""
