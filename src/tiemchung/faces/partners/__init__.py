"""Other systems that read and are told."""
