-- Usage records by month; sums by hour.
select 1;
