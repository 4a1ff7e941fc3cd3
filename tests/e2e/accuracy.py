"""Numbers of whole programs beside the known ones, for README's accuracy table: what tests/accuracy.h is for the tests in C++."""
import os


def accuracy(test, row, residual, accepted):
    """@param residual model minus known, in the unit that tests/accuracy/rows.csv gives the row"""
    test.assertLessEqual(abs(residual), accepted, row)
    path = os.environ.get("AIFACTORY_ACCURACY")
    if path:
        with open(path, "a") as file:
            file.write(f"{row},{residual:.17g},{accepted:.17g}\n")
