"""`make mutants`: one-line mistakes in every kind that holds, counts or measures over time; the tests must notice them."""
