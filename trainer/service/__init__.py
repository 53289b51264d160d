"""The trainer as a service: jobs that fit in child processes, and HTTP around them.

What belongs here: the HTTP side, the queue of jobs, and what speaks with child processes. No Keras and no numpy in the
process that answers: whatever needs them is a task, and runs in a child. From the server this package, alone in the trainer,
takes the frames of HTTP as well: the door, manners, failures, bodies, declared settings and the database.
"""
