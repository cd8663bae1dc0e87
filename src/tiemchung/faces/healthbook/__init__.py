"""Sổ sức khỏe điện tử: the citizen and the family."""
