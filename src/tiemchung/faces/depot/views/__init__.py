"""The depot, served as pages: each piece of work in a store has its module here."""
