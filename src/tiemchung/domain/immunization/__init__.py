"""The record: doses with findings, history, corrections, attestation, and what is due when."""
