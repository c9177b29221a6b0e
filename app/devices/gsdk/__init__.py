"""Suprema G-SDK device gateway, gRPC."""
