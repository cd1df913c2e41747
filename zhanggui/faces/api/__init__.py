"""The JSON doors: the shop for programs, with its description at /api/openapi.json."""
