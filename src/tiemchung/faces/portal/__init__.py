"""Cổng thông tin tiêm chủng: what everybody may see."""
