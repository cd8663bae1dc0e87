"""Plain Python that every storey may use: actors, clocks, events, refusals, names, dates, GS1 and the wire."""
