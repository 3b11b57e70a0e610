-- A summary (BRIN) whose making is broken off, by a restart or a lock, stays without bounds, and every block behind it is read too: with two
-- million entries 270 ms for a request's two, measured with PostgreSQL 15.18. A B-tree is right at any moment; entries come in the order of
-- their time, at its last page.
drop index ledger_entries_by_time;
create index ledger_entries_by_time on ledger_entries (created_at);
