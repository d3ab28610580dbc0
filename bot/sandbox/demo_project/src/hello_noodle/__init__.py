"""Greets people, and knows which noodle they should eat today."""
