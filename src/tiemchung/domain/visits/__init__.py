"""One visit to a site: arrival, identity, consent, screening, observation, release; and the day's reconciliation."""
