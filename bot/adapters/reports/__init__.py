"""Reports of test runners, scanners and bill-of-materials makers, read as if somebody hostile had written them."""
