"""Every limit of the house, each with its reason."""

FEN_MAX = 10**12
"""Ten billion yuan: far above any amount here, far below what a 64-bit sum could overflow."""

AMOUNT_CHARS_MAX = 40
"""Characters of a typed amount: the largest one with signs and spaces, twice over."""

TRANSFERS_IN_ONE_MAX = 1_000
"""Transfers in one entry of the books: a city's day, booked within a second."""

TRANSFER_DATA_BYTES_MAX = 2_000
"""Bytes of what a transfer says about itself: some references, not a document."""

PAGE_ROWS = 50
"""Rows on one page of a list: what a person scans before filtering."""

PAGE_MAX = 10_000
"""Deepest page of a list: beyond it a filter is the right tool."""

EXPORT_ROWS_MAX = 200_000
"""Rows in one exported sheet: below the million a spreadsheet opens."""

BULK_RECORDS_MAX = 200
"""Records in one bulk act: a run of several couriers, still one answer within seconds."""

UPLOAD_BYTES_MAX = 10 * 1024 * 1024
"""Bytes of one uploaded file: a phone's photo or a spreadsheet of 50,000 rows."""

NOTE_CHARS_MAX = 2_000
"""Characters of a free note: a page of writing."""

TITLE_CHARS_MAX = 120
"""Characters of a title: two lines on a phone."""

SEARCH_CHARS_MAX = 100
"""Characters of a search: longer text is a paste, not a search."""

SEARCH_HITS_PER_GROUP = 8
"""Hits shown per kind of record: what fits a screen without scrolling."""

FACTS_SHOWN = 50
"""Facts first shown on a record's page; the rest by paging."""

KEY_CHARS_MAX = 80
"""Characters of an idempotency key: a UUID with a prefix."""

FACT_BYTES_MAX = 64_000
"""Bytes of the data of one fact: a run of 200 stops fits; a picture does not belong there."""

SEAL_FACTS_MAX = 5_000
"""Facts sealed in one batch: hashed in about a tenth of a second."""

JOB_ATTEMPTS_MAX = 6
"""Attempts of a job: with backoff doubling from 10 s the last comes about five minutes later."""

JOB_LEASE_S = 600
"""Seconds after which a job of a vanished worker on another machine is taken over."""

JOB_BACKOFF_S = 10
"""Seconds before a failed job is tried again; doubles with each attempt."""

JOB_KEEP_DAYS = 14
"""Days a finished job is kept: two working weeks to look into what went wrong."""

ROUND_KEEP_DAYS = 2
"""Days a finished round is kept: one more than the longest time between two rounds."""

ROUND_LATE_S = 300
"""Seconds after its time at which a round that has not succeeded counts as late."""

WORKER_BEAT_S = 15
"""Seconds between two signs of life of a worker, and between its looks for abandoned jobs."""

WORKER_SILENT_S = 60
"""Seconds without a sign of life after which a worker counts as gone: four beats missed."""
