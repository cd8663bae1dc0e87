"""Anybody with a phone who wants to know whether a certificate holds."""
