"""One platform for a nation's vaccination campaign, from the lot at the airport to the code in a citizen's hand."""
