"""Usability studies, the numbers: measures and findings from a study's session logs.

Reads logs only; knows nothing of browsers, or of how a study is carried out (`agent.study`).
"""
