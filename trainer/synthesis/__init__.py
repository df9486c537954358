"""Reasoning synthesis: a model writes down why each logged action was taken.

Traces live in a store by the content they were asked about; a data set is filled from it.
"""
