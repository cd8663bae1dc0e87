"""Where everything is put together: settings, addresses, the worker, the command line and who listens to what."""
