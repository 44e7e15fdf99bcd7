-- IF NOT EXISTS: databases from before there were migrations have these tables already.
CREATE TABLE IF NOT EXISTS patients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    date_of_birth TEXT NOT NULL,
    phone TEXT,
    guardian TEXT,
    language TEXT
);
CREATE TABLE IF NOT EXISTS appointments (
    id TEXT PRIMARY KEY,
    patient TEXT NOT NULL REFERENCES patients(id),
    provider TEXT NOT NULL,
    start TEXT NOT NULL,
    reason TEXT,
    status TEXT NOT NULL,
    call_id TEXT,
    changed TEXT
);
-- the last word on clashes: a time is given once
CREATE UNIQUE INDEX IF NOT EXISTS one_patient_a_time ON appointments(provider, start) WHERE status = 'active';
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    call_id TEXT,
    taken TEXT NOT NULL,
    delivered TEXT
);
CREATE TABLE IF NOT EXISTS calls (
    call_id TEXT PRIMARY KEY,
    started TEXT NOT NULL,
    ended TEXT,
    outcome TEXT,
    turns INTEGER,
    verified INTEGER
);
CREATE TABLE IF NOT EXISTS turn_times (call_id TEXT NOT NULL, at TEXT NOT NULL, gap_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS turn_times_by_day ON turn_times(at);
