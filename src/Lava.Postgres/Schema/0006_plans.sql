-- Plans, the meters that are linked to them, their credit bundles, and who is subscribed to what.

create table plans (
  plan_id uuid primary key,
  merchant_id uuid not null references merchants,
  name text not null,
  period_amount bigint not null check (period_amount >= 0),  -- each billing interval; 0: free
  included_credit bigint not null check (included_credit between 0 and period_amount),
  billing_interval smallint not null, -- BillingInterval: 0 day, 1 week, 2 month, 3 year
  rollover smallint not null,         -- Rollover: 0 none, 1 full
  bundle_rollover smallint not null,
  default_bundle_id uuid,             -- bought when credit runs out, unless a subscription says otherwise
  created_at timestamptz not null,
  deleted_at timestamptz
);
create index plans_by_merchant on plans (merchant_id, plan_id desc) where deleted_at is null;

create table plan_meters (
  plan_id uuid not null references plans,
  meter_id uuid not null references meters,
  primary key (plan_id, meter_id)
);

create table credit_bundles (
  credit_bundle_id uuid primary key,
  plan_id uuid not null references plans,
  name text not null,
  cost bigint not null check (cost > 0),
  credit_amount bigint not null check (credit_amount > 0),
  created_at timestamptz not null,
  deleted_at timestamptz
);
create index credit_bundles_by_plan on credit_bundles (plan_id, credit_bundle_id) where deleted_at is null;

create table subscriptions (
  subscription_id uuid primary key,
  merchant_id uuid not null references merchants,
  customer_id uuid not null references customers,
  plan_id uuid not null references plans,
  auto_top_up_bundle_id uuid references credit_bundles,
  started_at timestamptz not null,
  cancelled_at timestamptz            -- null: active
);
-- A customer has one plan at a time.
create unique index subscriptions_active on subscriptions (customer_id) where cancelled_at is null;
create index subscriptions_by_plan on subscriptions (plan_id) where cancelled_at is null;
create index subscriptions_by_merchant on subscriptions (merchant_id, subscription_id desc);
create index subscriptions_by_customer on subscriptions (customer_id, subscription_id desc);
