"""What the platform knows, one room per subject. A room calls the rooms below it and names nothing above it."""
