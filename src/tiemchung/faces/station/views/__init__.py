"""The chair, served as pages: each desk of a site has its module here."""
