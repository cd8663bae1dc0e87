"""Kho: stores, transport, quality."""
