"""Where somebody stands. A face owns no table and enters a room by its actions, queries, policy, values and errors."""
