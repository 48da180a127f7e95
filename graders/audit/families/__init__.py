"""The families of tricks that are shipped, a file a kind; each function makes the mutants of one case."""
