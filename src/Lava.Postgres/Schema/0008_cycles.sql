-- Cycles of subscriptions, overage, the burn order.

alter table merchants
  add column low_balance bigint not null default 10000000000 check (low_balance >= 0); -- balance.low is told below this

alter table plans
  add column overage_mode smallint not null default 0,      -- OverageMode: 0 block, 1 auto_charge, 2 auto_top_up
  add column overage_limit bigint check (overage_limit > 0),         -- the most overage of a cycle; null unless auto_charge
  add column overage_increment bigint check (overage_increment > 0), -- the card is charged for each such part; null unless auto_charge
  add column limits jsonb,                                  -- [[unit, cycle, amount], …] as integers; null: none
  add column is_default boolean not null default false,     -- the free plan that each merchant begins with
  add check ((overage_mode = 1) = (overage_limit is not null) and (overage_mode = 1) = (overage_increment is not null)
    and overage_increment <= overage_limit);
create unique index plans_default on plans (merchant_id) where is_default and deleted_at is null;

alter table subscriptions
  -- A subscription that costs money, or whose plan allows overage, has cycles; all of these are null otherwise.
  add column anchor_at timestamptz,        -- boundaries are counted from here: 31 January, 28 February, 31 March
  add column cycle_index integer,          -- the present cycle begins at boundary (anchor, interval, index)
  add column cycle_start_at timestamptz,
  add column cycle_end_at timestamptz,
  add column pending_kind smallint,        -- PendingChangeKind: 0 cancellation, 1 downgrade; at cycle_end_at
  add column pending_plan_id uuid references plans,
  add column past_due_since timestamptz,   -- the present cycle is not paid
  -- What was agreed for this cycle: a plan's change holds from the next one on.
  add column overage_mode smallint not null default 0,
  add column overage_limit bigint,
  add column overage_increment bigint,
  add column overage_charged bigint not null default 0,  -- overage of this cycle that is paid; the floor is charged - limit
  add check ((anchor_at is null) = (cycle_end_at is null) and (anchor_at is null) = (cycle_start_at is null)
    and (anchor_at is null) = (cycle_index is null) and cycle_start_at < cycle_end_at),
  add check ((pending_kind is not distinct from 1) = (pending_plan_id is not null));
create index subscriptions_to_roll on subscriptions (cycle_end_at) where cancelled_at is null and cycle_end_at is not null;

create table subscription_cycles (
  cycle_id uuid primary key,
  subscription_id uuid not null references subscriptions,
  plan_id uuid not null references plans,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  price bigint not null check (price >= 0),
  included_credit bigint not null check (included_credit >= 0),
  is_paid boolean not null,                -- or costs nothing; false: begun, and its payment waits
  payment_id uuid,                         -- null: cost nothing
  grant_id uuid references grants,         -- the cycle's credit; null: none (yet)
  created_at timestamptz not null,
  unique (subscription_id, starts_at)      -- each cycle once
);

alter table grants
  add column subscription_id uuid references subscriptions,   -- of cycle credit and bundles
  add column credit_bundle_id uuid references credit_bundles,
  add column burn_class smallint not null generated always as
    (case when origin = 2 then 0 when credit_bundle_id is not null then 2 else 1 end) stored; -- cycle credit, granted, bundles
drop index grants_to_burn;
create index grants_to_burn on grants (wallet_id, burn_class, expires_at, grant_id) where not spent;
create index grants_by_subscription on grants (subscription_id) where not spent;

alter table wallets
  add column alert_at bigint,              -- the flush puts the wallet into wallets_due when posted falls to this or below; null: never
  add column alert_level smallint not null default 2;  -- BalanceLevel that was last told: 0 fine, 1 low, 2 empty
create table wallets_due (wallet_id bigint primary key references wallets, noticed_at timestamptz not null default now());

-- A test merchant's own time; a row comes into being with the first advance. Everything billing does asks merchant_now().
create table test_clocks (merchant_id uuid primary key references merchants, at timestamptz not null);
create function merchant_now(merchant uuid, otherwise timestamptz) returns timestamptz language sql stable as $$
  select coalesce((select at from test_clocks where merchant_id = merchant), otherwise)
$$;
