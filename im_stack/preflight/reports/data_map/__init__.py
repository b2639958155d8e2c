"""The data map: one HTML file that shows what is kept where, for how long, and what crosses a border.

It holds everything it needs: no script, no font, no picture, nothing from a network.
"""
