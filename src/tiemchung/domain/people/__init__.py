"""Who people are: persons, identifiers, contacts, guardians, households; matching and `same_as`."""
