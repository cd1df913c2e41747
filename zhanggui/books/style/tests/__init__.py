"""Tests of the room style."""
