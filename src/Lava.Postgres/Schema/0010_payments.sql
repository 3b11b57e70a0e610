-- Payments: cards on file, what was asked of them, and how it went.

create table payment_methods (
  payment_method_id uuid primary key,
  merchant_id uuid not null references merchants,
  customer_id uuid not null references customers,
  provider smallint not null,              -- PaymentProviderKind: 0 sandbox, 1 Stripe
  reference text not null,                 -- the provider's id (pm_card_visa); never a card number
  brand text not null, last4 text not null, expiry_month smallint not null, expiry_year smallint not null,
  is_default boolean not null,
  error_code text, error_message text, error_at timestamptz,  -- set by a hard decline: not charged until replaced
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index payment_methods_default on payment_methods (customer_id) where is_default and deleted_at is null;
create index payment_methods_by_customer on payment_methods (customer_id, payment_method_id desc) where deleted_at is null;

create table payments (
  payment_id uuid primary key,             -- also the provider's idempotency key
  merchant_id uuid not null references merchants,
  customer_id uuid not null references customers,
  wallet_id bigint not null references wallets,
  kind smallint not null,                  -- PaymentKind: 0 subscription, 1 renewal, 2 upgrade, 3 overage, 4 bundle, 5 top-up
  fee bigint not null check (fee >= 0),         -- for a plan, a proration or a bundle
  overage bigint not null check (overage >= 0), -- debt that it pays
  amount bigint not null generated always as (fee + overage) stored,
  subscription_id uuid references subscriptions,
  cycle_id uuid,                           -- the cycle that it pays for
  credit_bundle_id uuid references credit_bundles,
  plan_id uuid references plans,           -- what it switches to (0, 2), or renews
  credit bigint not null check (credit >= 0),   -- what its success puts into the wallet beside the overage
  status smallint not null,                -- PaymentStatus: 0 waiting, 1 attempting, 2 succeeded, 3 failed (given up), 4 superseded
  attempts integer not null default 0,
  next_attempt_at timestamptz,             -- null unless waiting
  payment_method_id uuid references payment_methods,
  decline_code text, decline_is_hard boolean,
  provider_reference text,
  is_automatic boolean not null,           -- nobody asked for it: guard rails hold, others may take its place
  idempotency_key text,                    -- the caller's
  created_at timestamptz not null,
  ended_at timestamptz,
  check ((status = 0) = (next_attempt_at is not null)),
  check ((status >= 2) = (ended_at is not null)),
  check (fee + overage > 0)
);
create unique index payments_open on payments (wallet_id) where status < 2;          -- one pending charge per wallet
create unique index payments_by_cycle on payments (cycle_id) where cycle_id is not null and status <> 4; -- each cycle is charged once
create index payments_due on payments (next_attempt_at) where status = 0;
create index payments_attempting on payments (payment_id) where status = 1;
create index payments_by_customer on payments (customer_id, payment_id desc);
create unique index payments_by_key on payments (customer_id, idempotency_key) where idempotency_key is not null;

-- What a payment is for never changes, and nothing of one that has ended does.
create function refuse_payment_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.status < 2 and new.payment_id = old.payment_id and new.customer_id = old.customer_id
    and new.wallet_id = old.wallet_id and new.kind = old.kind and new.fee = old.fee and new.overage = old.overage
    and new.credit = old.credit and new.attempts >= old.attempts
  then
    return new;
  end if;
  raise exception 'payments are kept as they were: % is refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger kept before update or delete on payments for each row execute function refuse_payment_change();
create trigger never_truncate before truncate on payments for each statement execute function refuse_change();

create table payment_attempts (
  payment_id uuid not null references payments, attempt integer not null,
  wallet_id bigint not null,
  payment_method_id uuid references payment_methods,       -- null: there was none
  started_at timestamptz not null, ended_at timestamptz,   -- the merchant's clock, as in payments
  sent_at timestamptz not null default clock_timestamp(),  -- PostgreSQL's clock: how long there has been no answer
  outcome smallint,                        -- ChargeOutcome; null: not known yet
  decline_code text,
  primary key (payment_id, attempt)
);
create index payment_attempts_by_wallet on payment_attempts (wallet_id, started_at desc);

-- A wallet that billing can do nothing for before this moment.
alter table wallets_due add column not_before timestamptz;

-- Every wallet is looked at once: that sets the marks at which the flush calls.
insert into wallets_due (wallet_id) select wallet_id from wallets where kind = 0 on conflict do nothing;
