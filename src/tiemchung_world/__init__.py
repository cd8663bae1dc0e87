"""The outside world, simulated: population, tablets, registers, gateways. It uses public interfaces only."""
