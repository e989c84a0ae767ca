"""Equilibrium payoffs of two players with public signals, between polygons (Abreu, Pearce and Stacchetti 1990)."""

from games.solvers.public_polygons.solver import PublicPolygonEquilibria, PublicPolygons

__all__ = ["PublicPolygonEquilibria", "PublicPolygons"]
