"""One module a kind of source; each is loaded by its entry point, so importing this package imports none of them."""
