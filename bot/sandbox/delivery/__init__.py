"""From the workspace to the app: what is sent, over which road, and what came of it."""
