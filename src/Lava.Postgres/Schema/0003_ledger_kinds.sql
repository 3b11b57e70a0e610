-- Money in and corrections: further kinds of ledger entries.
select 1;
