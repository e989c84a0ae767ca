"""Inputs from the field on which the software once fell short, each with what is right."""
