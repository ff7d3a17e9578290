-- Version 4: why an answer failed. A table of its own for the reason that `evidence` is one.

CREATE TABLE failures (
  answer_id INTEGER PRIMARY KEY REFERENCES answers (id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  hint TEXT NOT NULL,
  crc INTEGER AS (row_crc(answer_id, code, message, hint)) STORED
);
