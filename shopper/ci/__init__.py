"""What continuous integration is told of a run: JUnit, a Markdown summary, annotations.

An `Account` says what was looked at and what came of it; the other modules write it down, each in
the form that a machine or a page of it wants.
"""
