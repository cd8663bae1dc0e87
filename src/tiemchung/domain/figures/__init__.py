"""What is counted: narrow counters, coverage, map and series, rebuildable from the journal."""
