-- Version 2: how much each stretch of a video counted for an answer. A table of its own, because the
-- checksum of `answers` is a stored column, which SQLite can neither change nor add: rebuilding that table
-- would give damaged rows a fresh checksum.

CREATE TABLE evidence (
  answer_id INTEGER PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE,
  entries TEXT NOT NULL,
  crc INTEGER AS (row_crc(answer_id, entries)) STORED
);
