"""One page about what a flow did: `told` is what is known of it (kept.py reads it of a flow that runs here; a demo may tell of
its own play), `facts` what the page shows of that, `savings` what it was worth by a customer's own figures."""
