"""Certificates: evidence that exact code re-proves without importing a solver."""
