"""`python -m handlers.cli …`: the same as the script `interlock`."""

from handlers.cli import main

main()
