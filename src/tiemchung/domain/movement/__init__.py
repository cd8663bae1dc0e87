"""Who travels: travel declarations and checks at checkpoints."""
