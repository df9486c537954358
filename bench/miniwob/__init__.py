"""MiniWoB++ by name: every task of the PyPI package `miniwob`, played through our environment.

    python -m bench.miniwob [TASK ...] [--seeds 1 2] [--json FILE] [--at-once 2] [--show]

Its pages are served from the installed package on the loopback; none is part of this repository.
A small solver of ours for each kind of task reads the words of the task and the simplified HTML,
and answers with the actions of a customer: click, type_and_submit, input, each by name. The page's
own reward is the judge: a task is solved when it gives all of it (1, before it is made smaller by
the time taken). The task is drawn by the page's random numbers after ``Math.seedrandom(SEED)``.

A task's time limit is its page's setting ``core.EPISODE_MAX_TIME``, 10 to 30 s, made for programs
that press without waiting for the page to be at rest; it is raised to 90 s here.
"""
