"""What identity documents say of themselves, read by the reference rows."""
