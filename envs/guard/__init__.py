"""The transaction guard: no order leaves the browser in a visit that may place none.

`judging` decides over single requests and knows no browser; `interception` stops requests in the
browser until that is decided; `guard` remembers what a visit has pressed and what was held.
"""
