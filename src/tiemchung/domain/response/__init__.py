"""Who answers: incidents, alerts, hotline, support teams, directives."""
