# One line per command; everything is in tasks.py, which needs nothing but Python 3.11.
PYTHON ?= python3
.PHONY: setup run test faults lint generate check bench mutants evals gallery screenshots
setup run test faults lint generate check bench mutants evals gallery screenshots:
	@$(PYTHON) tasks.py $@
