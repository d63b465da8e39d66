"""Networks between a browser and the servers: profiles, their emulation packet by packet, and the proof of both.

NetworkError (a LoadtestError)
├── ProfileError       a profile that does not exist, or a file that is none
└── EmulationMissing   this machine lacks the rights, or a tool, for emulation at packet level
"""
