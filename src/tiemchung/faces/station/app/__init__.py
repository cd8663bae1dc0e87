"""The offline app of the station as the server serves it: its page, its sentences, its manifest, its service worker."""
