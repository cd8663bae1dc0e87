"""The door for facts from the chair: takes a batch, checks it, appends it and has each room fold it, all at once."""
