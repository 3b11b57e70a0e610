-- Payment providers outside the house; refunds and disputes.

create table provider_customers (
  customer_id uuid not null references customers,
  provider smallint not null,              -- PaymentProviderKind
  reference text not null,                 -- the provider's id of the customer
  primary key (customer_id, provider), unique (provider, reference)
);
create index payment_methods_by_reference on payment_methods (provider, reference);
alter table payment_methods add column fingerprint text;   -- the provider's: the same card again replaces its row
alter table payments
  add column checkout_session_id uuid references checkout_sessions,
  add column is_attended boolean not null default false,   -- somebody waits for it: never tried again by itself
  add column review text;                                  -- why a person must look at it (status 5)
create index payments_in_review on payments (wallet_id) where status = 5;
-- A session pays once; in status 5 money may have been taken.
create unique index payments_by_session on payments (checkout_session_id) where status in (0, 1, 2, 5);
alter table payment_attempts
  add column provider_reference text unique,               -- known before money is asked for
  add column action smallint,                              -- PaymentAction
  add column charges smallint not null default 0,          -- how often its money was asked for, each noted before it is
  add column looked_at timestamptz;                        -- when its provider was asked about it last

create table refunds (
  refund_id uuid primary key,              -- also the provider's idempotency key
  payment_id uuid not null references payments,
  charge_reference text not null,          -- the provider's name of what is given back
  origin smallint not null,                -- RefundOrigin: 0 merchant, 1 provider (made there), 2 late capture
  amount bigint not null check (amount > 0),
  takes_credit boolean not null,
  shares jsonb not null,                   -- [[grant, amount], …]: what is taken of the payment's grants, fixed when it is made
  credit bigint not null default 0 check (credit >= 0),    -- what the wallet lost for it
  status smallint not null,                -- RefundStatus: 0 waiting, 1 asked, 2 succeeded, 3 failed
  provider_reference text unique,
  reason text,
  failure_code text,
  idempotency_key text,                    -- the caller's
  fingerprint uuid not null,
  created_at timestamptz not null,         -- PostgreSQL's clock, as looked_at
  looked_at timestamptz,                   -- when the provider was asked about it last; null: never
  ended_at timestamptz,
  check ((status >= 2) = (ended_at is not null))
);
create unique index refunds_by_key on refunds (payment_id, idempotency_key) where idempotency_key is not null;
create index refunds_by_payment on refunds (payment_id, refund_id desc);
create unique index refunds_late on refunds (charge_reference) where origin = 2 and status <> 3;     -- a late capture goes back once
create index refunds_open on refunds (refund_id) where status < 2 or (status = 3 and credit > 0);

create table disputes (
  reference text primary key,              -- the provider's
  payment_id uuid not null references payments,
  amount bigint not null,
  shares jsonb not null,                   -- as in refunds
  credit bigint not null default 0 check (credit >= 0),
  status smallint not null,                -- DisputeStatus: 0 inquiry (takes nothing), 1 open, 2 won, 3 lost
  is_settled boolean not null,             -- the wallet lost, or got back, what the status says
  created_at timestamptz not null,
  ended_at timestamptz
);
create index disputes_by_payment on disputes (payment_id);
create index disputes_unsettled on disputes (reference) where not is_settled;

-- What an adjustment takes back, or gives back, for.
alter table adjustments
  add column refund_id uuid references refunds,
  add column dispute_reference text references disputes;
create index adjustments_by_refund on adjustments (refund_id) where refund_id is not null;
create index adjustments_by_dispute on adjustments (dispute_reference) where dispute_reference is not null;

-- What providers told: an event's id and its object, never the body, which holds secrets. The object is read again when it is handled.
create table provider_events (
  provider smallint not null,              -- PaymentProviderKind
  event_id text not null,
  kind text not null,
  object_reference text not null,
  created_at timestamptz not null,         -- the provider's clock
  received_at timestamptz not null,
  handled_at timestamptz,
  attempts integer not null default 0,
  next_attempt_at timestamptz,             -- null once it is handled
  error text,                              -- a code, no text of the provider's
  primary key (provider, event_id),
  check ((handled_at is null) = (next_attempt_at is not null))
);
create index provider_events_newest on provider_events (provider, created_at desc);
create index provider_events_waiting on provider_events (next_attempt_at) where handled_at is null;
