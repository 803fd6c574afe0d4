"""Demo mode: a scenario of the gallery played in virtual time, paced by the wall clock, for a presenter and an audience.

session.py is one demo, stage.py what can be seen of it, running.py who keeps them going; sharing.py and audience.py show one to
phones on the same network. Nothing here is in the database and nothing leaves: a demo is over when it is over."""
