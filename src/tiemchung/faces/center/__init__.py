"""Trung tâm đáp ứng: duty officers, hotline, support teams."""
