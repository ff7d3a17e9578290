-- Version 4: why an answer failed, in a table of its own for the reason that `evidence` is one; and what the last
-- check found damaged.

CREATE TABLE failures (
  answer_id INTEGER PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  hint TEXT NOT NULL,
  crc INTEGER AS (row_crc(answer_id, code, message, hint)) STORED
);
CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  memory_id INTEGER REFERENCES memories (id) ON DELETE CASCADE,
  place TEXT NOT NULL,
  what TEXT NOT NULL,
  hint TEXT NOT NULL,
  found_at INTEGER NOT NULL,
  crc INTEGER AS (row_crc(id, memory_id, place, what, hint, found_at)) STORED
);
CREATE INDEX findings_by_memory ON findings (memory_id);
