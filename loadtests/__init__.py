"""Measurement: drives the real site in a real browser and the real cloud path, and writes Sample records.

LoadtestError
├── ClipError          a folder or manifest of clips that cannot be used
├── ChromiumMissing    no browser to drive
└── PageError          the page refused or failed; carries the page's own code
"""
