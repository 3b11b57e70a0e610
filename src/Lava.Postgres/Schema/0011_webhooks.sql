-- Webhooks: who is told, what there is to tell, and how telling it went.

create table webhooks (
  webhook_id uuid primary key,
  merchant_id uuid not null references merchants,
  name text not null, url text not null,
  key_id integer not null, sealed bytea not null,          -- the secret, as provider_keys keeps it; bound to "webhook:" and the id
  created_at timestamptz not null, deleted_at timestamptz
);
create index webhooks_by_merchant on webhooks (merchant_id, webhook_id desc) where deleted_at is null;
-- The outbox: written in the transaction of the change, while the wallet's row is locked: so its order is that of the changes.
create table webhook_events (
  sequence bigint generated always as identity primary key,
  merchant_id uuid not null,
  wallet_id bigint not null,               -- the customer's: the key of the order
  kind smallint not null,                  -- WebhookEventKind
  facts jsonb,                             -- what the state itself does not tell (amounts, limit, payment)
  created_at timestamptz not null default now(),
  claimed_at timestamptz,
  body bytea                               -- the exact bytes; null until rendered, empty where there was nothing to tell
);
create unique index webhook_events_balance on webhook_events (wallet_id) where kind = 1 and claimed_at is null; -- changes come together
create index webhook_events_waiting on webhook_events (sequence) where body is null;
create table webhook_deliveries (
  delivery_id bigint generated always as identity primary key,
  webhook_id uuid not null references webhooks, event_sequence bigint not null references webhook_events, wallet_id bigint not null,
  state smallint not null,                 -- DeliveryState: 0 waiting, 1 delivered, 2 given up, 3 cancelled
  attempts integer not null default 0, next_attempt_at timestamptz not null, -- while one is sent: when the next may be, if it dies
  last_status integer, last_error text, last_at timestamptz, created_at timestamptz not null,
  replay_of bigint                         -- sent again by hand; that one may be removed before this one
);
-- The oldest of each webhook and customer is next: found without a look at the rows.
create index webhook_deliveries_waiting on webhook_deliveries (webhook_id, wallet_id, delivery_id) include (next_attempt_at)
  where state = 0;
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, delivery_id desc);
create index webhook_deliveries_by_event on webhook_deliveries (event_sequence);
