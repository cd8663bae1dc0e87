"""Where the doses lie: lots, receipts, shipments, the stock ledger, the cold chain, quality decisions and holds."""
