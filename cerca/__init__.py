"""The command line. Each package brings its own commands; this one only mounts them."""
