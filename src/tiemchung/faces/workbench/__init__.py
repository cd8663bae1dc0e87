"""The office of the national system: planners, ward officers, AEFI officers."""
