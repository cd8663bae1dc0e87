"""The chair: site staff and mobile teams."""
