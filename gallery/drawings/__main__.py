"""`python -m gallery.drawings`: writes the plans into their scenarios' folders."""

from gallery.drawings import PLANS
from gallery.scenario import GALLERY

for name, draw in PLANS.items():
    draw().save(GALLERY / name / "plan.png", optimize=True)
