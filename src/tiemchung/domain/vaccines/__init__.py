"""What is known of vaccines: products and the rule book that judges a history. Names no other room's table."""
