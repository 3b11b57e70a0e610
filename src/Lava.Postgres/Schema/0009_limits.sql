-- Hard limits and spend keys. Reads all requests once: a store of 100 million takes minutes.

alter table customers add column limits jsonb;             -- as plans.limits
create table spend_keys (
  spend_key_id uuid primary key,
  merchant_id uuid not null references merchants,
  name text not null,
  preview text not null,                   -- lava_sk_a1b2c3d4****
  digest bytea not null,                   -- SHA-256
  is_paused boolean not null,
  request_shape smallint not null,         -- RequestShape: 0 openai, 1 anthropic
  allowed_models text[],                   -- null: all
  allowed_providers text[],
  spend_limit bigint check (spend_limit > 0),
  spend_cycle smallint,                    -- LimitCycle
  request_limit bigint check (request_limit > 0),
  request_cycle smallint,
  rate_per_minute integer check (rate_per_minute > 0),
  rate_burst integer check (rate_burst > 0),
  expires_at timestamptz,
  created_at timestamptz not null,
  deleted_at timestamptz,
  check ((spend_limit is null) = (spend_cycle is null) and (request_limit is null) = (request_cycle is null)),
  check (rate_burst is null or rate_per_minute is not null)
);
create unique index spend_keys_by_digest on spend_keys (digest) where deleted_at is null;
create index spend_keys_by_merchant on spend_keys (merchant_id, spend_key_id desc) where deleted_at is null;

alter table requests add column spend_key_id uuid;
create index requests_by_spend_key on requests (spend_key_id, id) where spend_key_id is not null;

-- What each customer and spend key has used in the windows that limits can have: one row each, kept by the flush. A window that a
-- newer record opens begins at zero; a record of an older window changes only the totals. Dates are UTC.
create table usage_windows (
  subject_id uuid primary key,             -- customer or spend key
  merchant_id uuid not null,
  day date not null, day_requests bigint not null, day_tokens bigint not null, day_spend bigint not null,
  week date not null, week_requests bigint not null, week_tokens bigint not null, week_spend bigint not null,   -- its Monday
  month date not null, month_requests bigint not null, month_tokens bigint not null, month_spend bigint not null,
  cycle date not null, cycle_requests bigint not null, cycle_tokens bigint not null, cycle_spend bigint not null, -- requests.cycle_start
  requests bigint not null, tokens bigint not null, spend bigint not null,
  last_at timestamptz not null
) with (fillfactor = 70);
insert into usage_windows
with calls as (
  select customer_id, merchant_id, (created_at at time zone 'UTC')::date as day,
    date_trunc('week', created_at at time zone 'UTC')::date as week,
    date_trunc('month', created_at at time zone 'UTC')::date as month,
    cycle_start as cycle, input_tokens + output_tokens as tokens, case when billed then charge else 0 end as spend, created_at
  from requests where customer_id is not null
), newest as (
  select customer_id, max(day) as day, max(week) as week, max(month) as month, max(cycle) as cycle from calls group by customer_id
)
select c.customer_id, c.merchant_id,
  n.day, count(*) filter (where c.day = n.day), coalesce(sum(c.tokens) filter (where c.day = n.day), 0),
    coalesce(sum(c.spend) filter (where c.day = n.day), 0),
  n.week, count(*) filter (where c.week = n.week), coalesce(sum(c.tokens) filter (where c.week = n.week), 0),
    coalesce(sum(c.spend) filter (where c.week = n.week), 0),
  n.month, count(*) filter (where c.month = n.month), coalesce(sum(c.tokens) filter (where c.month = n.month), 0),
    coalesce(sum(c.spend) filter (where c.month = n.month), 0),
  n.cycle, count(*) filter (where c.cycle = n.cycle), coalesce(sum(c.tokens) filter (where c.cycle = n.cycle), 0),
    coalesce(sum(c.spend) filter (where c.cycle = n.cycle), 0),
  count(*), sum(c.tokens), sum(c.spend), max(c.created_at)
from calls c join newest n using (customer_id)
group by c.customer_id, c.merchant_id, n.day, n.week, n.month, n.cycle;

-- limit.reached is told once for each window.
create table limit_notices (
  subject_id uuid not null, unit smallint not null, cycle smallint not null, window_start timestamptz not null,
  primary key (subject_id, unit, cycle, window_start)
);
