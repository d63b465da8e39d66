"""The figures of the report, one a file: data in, a matplotlib figure of a given width out."""
