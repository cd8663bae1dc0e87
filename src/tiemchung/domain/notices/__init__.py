"""What we tell people: templates, channels, deliveries and budgets."""
