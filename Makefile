# Everything is done by tools/start.py, which needs nothing but Python; without make, type its line by hand.
.PHONY: help demo test proofs
help demo test proofs:
	@python3 tools/start.py $@
