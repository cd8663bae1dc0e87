"""What is intended: campaigns, goals, target groups, registrations, target lists, demand, allocation rounds."""
