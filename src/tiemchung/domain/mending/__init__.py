"""How an error is mended: complaints, identity doubts, merge cases, back entry of paper."""
