"""Where things are: administrative units of two eras, their crosswalk, organizations, sites, stores, zones."""
