"""Migrations of immunization."""
