"""What import contracts cannot see: folders, sizes, templates, foreign keys, tracked files.

Every check is a function that is given what it looks at (a package, a template folder, models, files) and returns
its breaches as lines of text; `tests/architecture` runs them on the house and, with a fault planted, on a small one.
"""
