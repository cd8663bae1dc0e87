"""Di biến động: officers at checkpoints."""
