"""Partners: other systems, which read persons and doses as FHIR R4 under a key, a place and a purpose of their own."""
