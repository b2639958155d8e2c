"""Data map: one HTML file with what is stored where, for how long, and what crosses a border.

The file is self-contained: no script, font or image, nothing from the network.
"""
