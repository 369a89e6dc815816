"""Sending load at a steady rate, and measuring what comes back."""
