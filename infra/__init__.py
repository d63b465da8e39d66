"""Where the stack runs: on this machine (`infra.local`), and the commands that start it."""
