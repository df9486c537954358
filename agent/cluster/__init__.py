"""A crowd spread over a Ray cluster: one driver, many workers, records in one place.

`driver` hands out customers and keeps the books, `worker` lets them shop, `engine` is Ray,
`messages` is all they say to each other, `store` is where the records go.
"""
