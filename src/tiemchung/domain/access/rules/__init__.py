"""Plain rules of citizens' access: what a code looks like, what a phone number is, when a claim contradicts itself."""
