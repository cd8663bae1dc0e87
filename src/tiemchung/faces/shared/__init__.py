"""Furniture of all faces: layouts, components, sign-in, refusals turned into sentences."""
