"""Tablets and loggers: enrollment, signed batches, the site bundle."""
