"""Running programs: argument lists filled in, never a shell, always an end, output kept within bounds."""
