"""Bound to Django, blind to the domain: ids, jobs, locks, row security, sealing, embedded PostgreSQL, the test kit."""
