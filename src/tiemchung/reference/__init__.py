"""Data files of the first configuration, each row with its source and the days from which and until which it holds."""
