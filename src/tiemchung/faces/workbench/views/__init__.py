"""The workbench, served as pages: each piece of a planner's work has its module here."""
