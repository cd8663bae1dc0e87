"""Reads what campaigns take in: reference files, and the target lists of wards however they were saved."""
