"""What the pages of the station show, as frozen values: the templates ask for nothing."""
