"""Usability studies: what is asked of customers, and having them do it.

Knows nothing of measures or findings: those are made from the logs afterwards (`eval.usability`).
"""
