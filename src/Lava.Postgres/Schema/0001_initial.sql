-- Money is bigint, 10^-10 US dollars. Ids are ULIDs in uuid columns: they sort by time. Times are timestamptz, UTC.
-- Enums are smallint; their values stand in the C# enums of the same name.

create table merchants (
  merchant_id uuid primary key,
  name text not null,
  is_test boolean not null,
  wallet_id bigint not null,
  refuse_unlinked_meters boolean not null default false,
  created_at timestamptz not null default now()
);

create table secret_keys (
  secret_key_id uuid primary key,
  merchant_id uuid not null references merchants,
  name text not null,
  hint text not null,               -- what the dashboard shows: prefix and last four characters
  digest bytea not null unique,     -- SHA-256; the key itself is never stored
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create index secret_keys_by_merchant on secret_keys (merchant_id, secret_key_id desc) where deleted_at is null;

-- Every account of the double entry: wallets that calls draw on, and the accounts on the other side.
create table wallets (
  wallet_id bigint generated always as identity primary key,
  merchant_id uuid not null,
  kind smallint not null,           -- WalletKind: 0 customer, 1 merchant, 2 revenue, 3 provider cost, 4 granted credit
  posted bigint not null default 0, -- = sum of the wallet's ledger entries
  floor bigint,                     -- lowest balance that a reservation may leave; null: none
  version bigint not null default 0 -- counts changes
) with (fillfactor = 70);           -- each flush changes many rows: with room on their page their index entries stay
-- One account of each kind per merchant, but for customers.
create unique index wallets_by_kind on wallets (merchant_id, kind) where kind <> 0;

create table customers (
  customer_id uuid primary key,
  merchant_id uuid not null references merchants,
  wallet_id bigint not null unique references wallets,
  reference_id text,
  name text,
  email text,
  phone text,
  metadata jsonb,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index customers_by_reference on customers (merchant_id, reference_id) where reference_id is not null and deleted_at is null;
create index customers_by_merchant on customers (merchant_id, customer_id desc) where deleted_at is null;

create table meters (
  meter_id uuid primary key,
  merchant_id uuid not null references merchants,
  slug text not null,
  name text not null,
  rate_type smallint not null,
  tier_type smallint not null,
  token_basis smallint not null,      -- TokenBasis: 0 input and output, 1 output
  base_cost_payer smallint not null,  -- BaseCostPayer: 0 merchant, 1 wallet
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index meters_by_slug on meters (merchant_id, slug) where deleted_at is null;
create index meters_by_merchant on meters (merchant_id, meter_id desc) where deleted_at is null;

create table meter_tiers (
  meter_id uuid not null references meters,
  start bigint not null,              -- tokens, characters, minutes or requests
  rate bigint not null,               -- money per unit, or a fraction (ten decimals)
  primary key (meter_id, start)
);

-- Units used per customer and meter in a billing cycle: where the next call stands in the tiers.
create table meter_positions (
  customer_id uuid not null,
  meter_id uuid not null,
  cycle_start date not null,
  units bigint not null,
  primary key (customer_id, meter_id, cycle_start)
) with (fillfactor = 70);

create table grants (
  grant_id uuid primary key,
  customer_id uuid not null references customers,
  wallet_id bigint not null references wallets,
  amount bigint not null check (amount > 0),
  remaining bigint not null check (remaining >= 0),
  -- The index of what is left stands on this, not on remaining: a change of an indexed column costs an entry in every index.
  spent boolean not null generated always as (remaining = 0) stored,
  reason text,
  expires_at timestamptz,
  idempotency_key text,
  fingerprint uuid,                   -- content hash: the same key with other content is a conflict
  created_at timestamptz not null default now()
) with (fillfactor = 70);             -- room for changed rows on the same page, see wallets
create unique index grants_by_idempotency on grants (customer_id, idempotency_key) where idempotency_key is not null;
create index grants_by_customer on grants (customer_id, grant_id desc);
create index grants_to_burn on grants (wallet_id, expires_at, grant_id) where not spent;
create index grants_to_expire on grants (expires_at) where not spent and expires_at is not null;

-- What grants lost by expiry. One expiry takes from all expired grants of a wallet.
create table grant_expiries (
  expiry_id uuid not null,            -- also the id of its ledger transaction
  grant_id uuid not null references grants,
  amount bigint not null check (amount > 0),
  created_at timestamptz not null,
  primary key (expiry_id, grant_id)
);

create table requests (
  id uuid primary key,                -- ULID: the time is in it
  merchant_id uuid not null,
  request_id text not null,           -- what the API shows
  customer_id uuid,
  meter_id uuid,
  wallet_id bigint not null,
  status smallint not null,
  billed boolean not null,
  reported boolean not null,
  provider text not null,
  provider_key_type smallint not null,
  model text,
  endpoint text not null,
  response_id text,
  http_status integer not null,
  streamed boolean not null,
  error_code text,
  usage_certainty smallint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  input_characters bigint not null,
  output_characters bigint not null,
  input_us bigint not null,           -- microseconds of audio
  output_us bigint not null,
  details jsonb,                      -- model_usage.details; null: all zero
  input_cost bigint not null,
  output_cost bigint not null,
  provider_cost bigint,               -- what the provider itself says
  charge bigint not null,
  rate_type smallint not null,
  tier_type smallint not null,
  slices jsonb,                       -- the charge by tier: [[start, rate, quantity, cost], …] as integers
  held bigint not null,
  debit bigint not null,
  units_before bigint not null,
  units bigint not null,
  cycle_start date not null,
  price_version integer not null,
  metadata jsonb,
  fingerprint uuid,
  created_at timestamptz not null,
  completed_at timestamptz not null,
  first_byte_us bigint not null,
  added_us bigint not null,
  unique (merchant_id, request_id)
);
create index requests_by_merchant on requests (merchant_id, id desc);
create index requests_by_customer on requests (merchant_id, customer_id, id desc);
create index requests_by_meter on requests (merchant_id, meter_id, id desc);
create index requests_by_metadata on requests using gin (metadata jsonb_path_ops) where metadata is not null;

-- Append-only double entry: the entries of a transaction sum to zero.
create table ledger_entries (
  entry_id bigint generated always as identity,
  transaction_id uuid not null,       -- the request's, grant's or expiry's id
  wallet_id bigint not null,
  kind smallint not null,             -- EntryKind: 0 grant, 1 charge, 2 provider cost, 3 expiry
  amount bigint not null,
  created_at timestamptz not null,
  primary key (wallet_id, entry_id)   -- one index for identity and for a wallet's history: each record writes two entries
);

-- How far each node's journal has been moved here. The fence grows with each start of the node: an older process can't write.
create table journal_positions (
  node_id integer primary key,
  fence bigint not null,
  sequence bigint not null
);

-- Journal records that can't become rows (undecodable, or refused by a constraint): kept whole, so that nothing is lost silently.
create table rejected_records (
  node_id integer not null,
  sequence bigint not null,
  id uuid not null,                   -- the call's id
  wallet_id bigint not null,
  debit bigint not null,              -- taken from the live wallet, not booked here
  payload bytea not null,
  error text not null,
  rejected_at timestamptz not null default now(),
  primary key (node_id, sequence)
);
