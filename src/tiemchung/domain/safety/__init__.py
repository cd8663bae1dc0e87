"""What went wrong with a body: AEFI, follow-up, investigation, causality, signals."""
