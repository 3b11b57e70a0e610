-- What the dashboard reads: sums without customers, refused calls, searches; its sessions; what `lava verify` found.

-- usage_sums has, per customer and quarter, nearly a row for each request. Kept by the flush, in the same transaction.
create table usage_totals (
  merchant_id uuid not null,
  quarter timestamptz not null,            -- start of a quarter of an hour
  meter_id uuid not null,                  -- zero id: none, as in usage_sums
  provider text collate "C" not null,
  model text collate "C" not null,         -- "": none
  requests bigint not null,
  errors bigint not null,                  -- of RequestStatus.Error
  unbilled bigint not null,                -- not charged to a customer
  input_tokens bigint not null,
  output_tokens bigint not null,
  cost bigint not null,                    -- what providers ask
  charge bigint not null,                  -- what customers were charged: a request that was not billed adds nothing
  primary key (merchant_id, quarter, meter_id, provider, model)
) with (fillfactor = 70);                  -- room for changed rows on the same page, see wallets
-- In which quarters there is anything of a model: lists of requests are led by it.
create index usage_totals_by_model on usage_totals (merchant_id, model, quarter);

insert into usage_totals
select merchant_id, quarter_of(created_at), coalesce(meter_id, '00000000-0000-0000-0000-000000000000'), provider, coalesce(model, ''),
  count(*), count(*) filter (where status = 2), count(*) filter (where not billed),
  sum(input_tokens), sum(output_tokens), sum(input_cost + output_cost), sum(case when billed then charge else 0 end)
from requests group by 1, 2, 3, 4, 5;

-- The entries of a request carry its completed_at: found by their time. A B-tree on the transaction would cost each flush.
create index ledger_entries_by_time on ledger_entries using brin (created_at) with (pages_per_range = 32, autosummarize = on);

-- Calls that were refused for money or by a rule. Counted in memory, written every few seconds: statistics, not books.
create table refusal_sums (
  merchant_id uuid not null,
  quarter timestamptz not null,
  code text collate "C" not null,          -- ErrorCode.Code
  customer_id uuid not null,               -- zero id: none
  calls bigint not null,
  primary key (merchant_id, quarter, code, customer_id)
) with (fillfactor = 70);

create table dashboard_sessions (
  digest bytea primary key,                -- SHA-256 of the cookie's value
  account_id uuid not null,
  modes smallint not null,                 -- SessionModes: 1 test, 2 live, 3 both
  key_digest bytea,                        -- the secret key it was opened with; null: the one-time link
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index dashboard_sessions_by_account on dashboard_sessions (account_id);

-- What `lava verify` found; written after its snapshot is closed.
create table verifications (
  verified_at timestamptz primary key,
  seconds double precision not null,
  checks integer not null,
  differences bigint not null,
  report text not null,
  version text not null
);

-- Searches by prefix.
create index customers_by_name on customers (merchant_id, lower(name) text_pattern_ops) where deleted_at is null;
create index customers_by_email on customers (merchant_id, lower(email) text_pattern_ops) where deleted_at is null;
create index customers_by_reference_prefix on customers (merchant_id, lower(reference_id) text_pattern_ops) where deleted_at is null;
create index meters_archived on meters (merchant_id, meter_id desc) where deleted_at is not null;

-- BalanceLevel low and empty; the balance itself stays out of every index.
create index wallets_alerted on wallets (merchant_id, alert_level desc, wallet_id desc) where kind = 0 and alert_level > 0;
create index usage_windows_by_merchant on usage_windows (merchant_id); -- never changes: updates stay on their page
