"""The pages of the book, one module for each thing that somebody comes to do."""
