"""Whom Noodle speaks with: one folder per outside system or package ecosystem."""
