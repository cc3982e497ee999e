"""What chapter 19's script defines, with its data, for its tests."""

from scripted import definitions

PAGE = "19-a-real-dataset"
SAMPLE = ("pictures", "fresh_pictures", "inputs", "others", "by_class")


def script():
    """Return the names of the chapter's script; only the data are loaded."""
    return definitions("ch19_a_real_dataset", *SAMPLE)
