"""What the building blocks of every cloud share. Knows no cloud."""
