# One line per command; everything is in tasks.py, which needs nothing but Python 3.11.
PYTHON ?= python3
.PHONY: setup run test lint generate check bench screenshots
setup run test lint generate check bench screenshots:
	@$(PYTHON) tasks.py $@
