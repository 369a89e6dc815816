"""What moves the traffic: the signed stage file, or commands of one's own."""
