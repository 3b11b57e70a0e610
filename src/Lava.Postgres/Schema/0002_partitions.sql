-- Requests by month, sums for reports, and totals for the audit. Rewrites all requests: a store of 100 million takes an hour.

-- Found by id they need no index on the text: the gateway's own request ids are their ids. Only a report brings its own.
create table report_ids (
  merchant_id uuid not null,
  request_id text not null,
  id uuid not null,
  primary key (merchant_id, request_id)
);
insert into report_ids select merchant_id, request_id, id from requests where reported;

alter table requests rename to requests_unpartitioned;
alter table requests_unpartitioned drop constraint requests_pkey, drop constraint requests_merchant_id_request_id_key;
drop index requests_by_merchant, requests_by_customer, requests_by_meter, requests_by_metadata;

-- No default partition: lists stop at the newest month that fills their page only while all partitions are in order.
create table requests (like requests_unpartitioned including defaults including constraints, primary key (id)) partition by range (id);
-- Ids grow: each of these is written at its right end or at the right end of its meter. That of customers alone is not: it is
-- the dearest of all, a third of the COPY.
create index requests_by_merchant on requests (merchant_id, id);
create index requests_by_customer on requests (customer_id, id);
create index requests_by_meter on requests (meter_id, id);
create index requests_by_failure on requests (merchant_id, status, id) where status <> 1; -- RequestStatus.Completed
create index requests_by_metadata on requests using gin (metadata jsonb_path_ops) where metadata is not null;

-- The least id of a millisecond: its upper 48 bits are the time.
create function first_id_at(moment timestamptz) returns uuid language sql immutable strict as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

create function is_requests_month(partition text) returns boolean language sql as $$
  select exists (select from pg_inherits where inhparent = 'requests'::regclass and inhrelid = to_regclass(partition))
$$;

-- Made and attached, not made as a partition: that would wait for every reader, and every writer behind it.
create function add_requests_month(day date) returns void language plpgsql as $$
declare
  first_day date := date_trunc('month', day);
  partition text := to_char(first_day, '"requests_"YYYY_MM');
begin
  if is_requests_month(partition) then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('lava.requests_months'));
  if is_requests_month(partition) then -- somebody else's, just now
    return;
  end if;
  execute format('create table %I (like requests including all)', partition);
  execute format('alter table requests attach partition %I for values from (%L) to (%L)', partition,
    first_id_at(first_day::timestamp at time zone 'UTC'),
    first_id_at((first_day + interval '1 month') at time zone 'UTC'));
end
$$;

-- Clocks that are wrong by decades must not make a month each.
create table requests_early partition of requests for values from (minvalue) to (first_id_at('2020-01-01 00:00+00'));
create table requests_late partition of requests for values from (first_id_at('2200-01-01 00:00+00')) to (maxvalue);

-- What was removed with its months, for the audit: the positions' totals never shrink.
create table removed_months (
  removal_id bigint generated always as identity primary key,
  month date not null,
  records bigint not null,
  debited numeric not null,
  removed_at timestamptz not null default now()
);

-- For the operator: select remove_requests_month('2025-01-01'). Ledger, balances and sums stay; ids of its reports may be used again.
-- It waits two seconds for those who read for long and gives up then: who queues for the table keeps all others out of it.
create function remove_requests_month(day date) returns bigint language plpgsql set lock_timeout = '2s' as $$
declare
  first_day date := date_trunc('month', day);
  partition text := to_char(first_day, '"requests_"YYYY_MM');
  removed bigint;
begin
  perform pg_advisory_xact_lock(hashtext('lava.requests_months'));
  -- Readers go on: one that has the table and waits for its month would never let this one have the table, below.
  execute format('lock table %I in exclusive mode', partition);
  execute format('insert into removed_months (month, records, debited) select $1, count(*), coalesce(sum(debit), 0) from %I
    returning records', partition) into removed using first_day;
  delete from report_ids where id >= first_id_at(first_day::timestamp at time zone 'UTC')
    and id < first_id_at((first_day + interval '1 month') at time zone 'UTC');
  execute format('alter table requests detach partition %I', partition);
  execute format('drop table %I', partition);
  return removed;
exception when lock_not_available then
  raise exception using errcode = 'lock_not_available', message = 'the requests are being read at length',
    hint = 'Try again when lava verify or the backup that runs has ended.';
end
$$;

select add_requests_month(month) from (
  select (date_trunc('month', now() at time zone 'UTC') + make_interval(months => n))::date from generate_series(0, 2) n
  union
  select date_trunc('month', to_timestamp(('x' || lpad(left(replace(id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000)
    at time zone 'UTC')::date
  from requests_unpartitioned where id >= first_id_at('2020-01-01 00:00+00') and id < first_id_at('2200-01-01 00:00+00')
) months (month);
insert into requests select * from requests_unpartitioned order by id;

-- Sums by quarter of an hour of created_at, for reports: every time zone is a whole number of quarters from UTC. Kept by the flush.
-- Nothing is zero or '' here: a key must compare.
create table usage_sums (
  merchant_id uuid not null,
  quarter timestamptz not null,
  customer_id uuid not null,
  meter_id uuid not null,
  status smallint not null,
  provider text collate "C" not null,
  model text collate "C" not null,
  requests bigint not null,
  tokens bigint not null,
  cost bigint not null,
  charge bigint not null,               -- what customers were charged: a request that was not billed adds nothing
  primary key (merchant_id, quarter, customer_id, meter_id, status, provider, model)
) with (fillfactor = 70);               -- room for changed rows on the same page, see wallets
create index usage_sums_by_customer on usage_sums (customer_id, quarter);

create function quarter_of(moment timestamptz) returns timestamptz language sql immutable strict as $$
  select to_timestamp(floor(extract(epoch from moment) / 900) * 900)
$$;

insert into usage_sums
select merchant_id, quarter_of(created_at), coalesce(customer_id, '00000000-0000-0000-0000-000000000000'),
  coalesce(meter_id, '00000000-0000-0000-0000-000000000000'), status, provider, coalesce(model, ''), count(*),
  sum(input_tokens + output_tokens), sum(input_cost + output_cost), sum(case when billed then charge else 0 end)
from requests_unpartitioned group by 1, 2, 3, 4, 5, 6, 7;

-- Rows in requests and their debits, as moved by each node: the sums over all nodes, less removed_months, are those of requests.
alter table journal_positions add records bigint not null default 0, add debited numeric not null default 0;
update journal_positions
set records = (select count(*) from requests_unpartitioned), debited = (select coalesce(sum(debit), 0) from requests_unpartitioned)
where node_id = (select min(node_id) from journal_positions); -- which of them wrote a row is not known: only the sums count

drop table requests_unpartitioned;
