"""Clips -> keypoints in bulk, by the site in a browser or by MediaPipe in Python, and how far the two are apart.

ExtractionError
└── ClipRefused   one clip cannot be used; the others can
"""
